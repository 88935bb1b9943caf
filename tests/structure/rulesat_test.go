package structure_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/devotionalai/platform/tests/blueprint"
)

// alarms are the alarms of all templates, as text, by file and id.
func (d deployed) alarms() map[string]string {
	found := map[string]string{}
	for _, kind := range []string{"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"} {
		d.each(kind, func(file, id string, p blueprint.Map) { found[file+" "+id] = asText(p) })
	}
	return found
}

// alarmed tells whether one alarm names all of some words.
func (d deployed) alarmed(words ...string) bool {
	for _, text := range d.alarms() {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			return true
		}
	}
	return false
}

func outcomeRules() []demand {
	drop := func(word string) func(deployed) {
		return func(d deployed) {
			for name, text := range d.alarms() {
				if file, id, _ := strings.Cut(name, " "); strings.Contains(text, word) {
					delete(d.resourcesOf(file), id)
				}
			}
		}
	}
	return []demand{{
		says: "a workflow that dies rings",
		faults: func(d deployed) (faults []string) {
			var heard string
			d.each("AWS::Events::Rule", func(_, _ string, p blueprint.Map) {
				if text := asText(p); strings.Contains(text, "Step Functions Execution Status Change") {
					heard += text
				}
			})
			d.each("AWS::StepFunctions::StateMachine", func(_, id string, _ blueprint.Map) {
				for _, word := range []string{`"FAILED"`, `"TIMED_OUT"`, `{"Ref":"` + id + `"}`} {
					if !strings.Contains(heard, word) {
						faults = append(faults, id+" may end unheard: no rule names "+word)
					}
				}
			})
			if !d.alarmed("DevotionalAI", "WorkflowsDied") {
				faults = append(faults, "what is heard of rings nowhere")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"no alarm": drop("WorkflowsDied"),
			"a mute ending": func(d deployed) {
				dig(d.resource("infra/workers.yaml", "RenderEventEnded"), "Properties", "EventPattern", "detail").(blueprint.Map)["status"] = []any{"FAILED"}
			},
			"a machine less": func(d deployed) {
				dig(d.resource("infra/workers.yaml", "RenderEventEnded"), "Properties", "EventPattern", "detail").(blueprint.Map)["stateMachineArn"] = []any{blueprint.Map{"Ref": "Render"}}
			},
		},
	}, {
		says: "jobs that end badly ring by their share",
		faults: func(d deployed) (faults []string) {
			// JobsFailed is written as 0 for a job that succeeded, so that its average is the share.
			share := func(text string) bool {
				return strings.Contains(text, `"MetricName":"JobsFailed"`) && strings.Contains(text, `"Statistic":"Average"`)
			}
			if !slices.ContainsFunc(slices.Collect(maps.Values(d.alarms())), share) {
				faults = append(faults, "no alarm holds failed jobs against those that succeeded")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"no alarm": drop("JobsFailed"),
			"a count": func(d deployed) {
				at(d.resource("infra/operations.yaml", "JobsFailed"), "Properties")["Statistic"] = "Sum"
			},
		},
	}}
}

func alarmRules() []demand {
	return []demand{{
		says: "each alarm tells somebody",
		faults: func(d deployed) (faults []string) {
			all := strings.Join(slices.Collect(maps.Values(d.alarms())), "\n")
			for name, text := range d.alarms() {
				_, id, _ := strings.Cut(name, " ")
				// A part of another alarm is told of by that one.
				if !strings.Contains(text, `"AlarmActions":[{`) && !strings.Contains(all, "ALARM(${"+id) && !strings.Contains(all, "ALARM(\\\"${"+id) {
					faults = append(faults, name)
				}
			}
			mailed := 0
			d.each("AWS::SNS::Subscription", func(_, _ string, p blueprint.Map) {
				if p["Protocol"] == "email" && p["Endpoint"] != nil {
					mailed++
				}
			})
			if mailed == 0 {
				faults = append(faults, "nobody is subscribed")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"a mute alarm": func(d deployed) { delete(d.first("AWS::CloudWatch::Alarm", anyOf), "AlarmActions") },
			"no recipient": func(d deployed) { delete(d.resourcesOf("infra/operations.yaml"), "AlarmsByMail") },
		},
	}, {
		says: "a person's own mistake rings nowhere",
		faults: func(d deployed) (faults []string) {
			for name, text := range d.alarms() {
				if strings.Contains(text, "4xx") || strings.Contains(text, "4XX") {
					faults = append(faults, name)
				}
			}
			return faults
		},
		breaks: map[string]func(deployed){"an alarm of refusals": func(d deployed) { d.first("AWS::CloudWatch::Alarm", anyOf)["MetricName"] = "4xx" }},
	}}
}

func edgeRules() []demand {
	api := func(d deployed) blueprint.Map {
		origins, _ := dig(d.resource("infra/edge.yaml", "Distribution"), "Properties", "DistributionConfig", "Origins").([]any)
		for _, o := range origins {
			if origin, _ := o.(blueprint.Map); origin["Id"] == "api" {
				return origin
			}
		}
		return nil
	}
	return []demand{{
		says: "what the API calls knows both secrets of the origin, and that it is on AWS",
		faults: func(d deployed) (faults []string) {
			behind := behindTheAPI(d)
			for id, f := range behind {
				for _, needed := range []string{"ORIGIN_SECRET", "ORIGIN_SECRET_OTHER", "MODE"} {
					if value := variables(f)[needed]; value == nil || value == "" {
						faults = append(faults, id+" lacks "+needed)
					}
				}
			}
			if len(behind) < 50 {
				faults = append(faults, fmt.Sprintf("only %d functions were looked at", len(behind)))
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"one without the other": func(d deployed) { delete(variables(behindTheAPI(d)["JobGet"]), "ORIGIN_SECRET_OTHER") },
			"one without":           func(d deployed) { delete(variables(behindTheAPI(d)["JobGet"]), "ORIGIN_SECRET") },
			"one that is nowhere":   func(d deployed) { delete(variables(behindTheAPI(d)["JobGet"]), "MODE") },
		},
	}, {
		says: "the edge proves itself to the API alone, behind a firewall",
		faults: func(d deployed) (faults []string) {
			if header := asText(api(d)["OriginCustomHeaders"]); !strings.Contains(header, `"HeaderName":"X-Origin-Secret"`) || !strings.Contains(header, "OriginSecret") {
				faults = append(faults, "no secret is sent")
			}
			if dig(d.resource("infra/edge.yaml", "Distribution"), "Properties", "DistributionConfig", "WebACLId") == nil {
				faults = append(faults, "there is no firewall")
			}
			if rules := asText(at(d.resource("infra/edge.yaml", "Firewall"), "Properties")["Rules"]); !strings.Contains(rules, `"AggregateKeyType":"IP"`) {
				faults = append(faults, "no rule is of an address")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"no secret": func(d deployed) { delete(api(d), "OriginCustomHeaders") },
			"no firewall": func(d deployed) {
				delete(at(at(d.resource("infra/edge.yaml", "Distribution"), "Properties"), "DistributionConfig"), "WebACLId")
			},
			"no limit": func(d deployed) { at(d.resource("infra/edge.yaml", "Firewall"), "Properties")["Rules"] = []any{} },
		},
	}}
}

func wayRules() []demand {
	open := func(d deployed) (faults []string) {
		d.each("AWS::Lambda::Url", func(_, id string, p blueprint.Map) {
			// Its caller signs what it sends; the stand-in is not made in production.
			if p["AuthType"] != "AWS_IAM" && id != "StripeWebhookUrl" && id != "PaymentsMockUrl" {
				faults = append(faults, id)
			}
		})
		d.each("", func(file, id string, _ blueprint.Map) {
			if kind := fmt.Sprint(d.resource(file, id)["Type"]); strings.HasPrefix(kind, "AWS::ApiGateway::") || strings.HasPrefix(kind, "AWS::ElasticLoadBalancing") {
				faults = append(faults, id)
			}
		})
		return faults
	}
	return []demand{{
		says: "there is no other way in", faults: open,
		breaks: map[string]func(deployed){
			"an open address": func(d deployed) {
				d.resourcesOf("template.yaml")["JobGetUrl"] = blueprint.Map{"Type": "AWS::Lambda::Url", "Properties": blueprint.Map{"AuthType": "NONE"}}
			},
			"another API": func(d deployed) {
				d.resourcesOf("template.yaml")["Old"] = blueprint.Map{"Type": "AWS::ApiGateway::RestApi", "Properties": blueprint.Map{}}
			},
		},
	}}
}

func sentRules() []demand {
	config := func(d deployed) blueprint.Map {
		return at(at(d.resource("infra/edge.yaml", "Distribution"), "Properties"), "DistributionConfig")
	}
	behaviors := func(d deployed) []blueprint.Map {
		var all []blueprint.Map
		list, _ := config(d)["CacheBehaviors"].([]any)
		for _, b := range list {
			if behavior, _ := b.(blueprint.Map); behavior["TargetOriginId"] == "api" {
				all = append(all, behavior)
			}
		}
		return all
	}
	return []demand{{
		says: "answers of the API are kept and compressed by nobody between, pages are compressed",
		faults: func(d deployed) (faults []string) {
			if len(behaviors(d)) != 3 {
				faults = append(faults, "not all paths of the API go to it")
			}
			for _, b := range behaviors(d) {
				if b["CachePolicyId"] != cachingDisabled || b["Compress"] != false {
					faults = append(faults, fmt.Sprint(b["PathPattern"]))
				}
			}
			if at(config(d), "DefaultCacheBehavior")["Compress"] != true {
				faults = append(faults, "pages are not compressed")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"kept":       func(d deployed) { behaviors(d)[1]["CachePolicyId"] = "658327ea-f89d-4fab-a63d-7e88639e58f6" },
			"compressed": func(d deployed) { behaviors(d)[0]["Compress"] = true },
			"bare pages": func(d deployed) { at(config(d), "DefaultCacheBehavior")["Compress"] = false },
			"a path":     func(d deployed) { behaviors(d)[2]["TargetOriginId"] = "web" },
		},
	}, {
		says: "an unchanged function is the same from deployment to deployment",
		faults: func(d deployed) (faults []string) {
			if _, constant := at(at(d["template.yaml"], "Parameters"), "Build")["Default"].(string); !constant {
				faults = append(faults, "a build that must be named changes every function")
			}
			d.each("AWS::Lambda::Function", func(file, id string, p blueprint.Map) {
				if trimmed := dig(d.resource(file, id), "Metadata", "BuildProperties", "TrimGoPath"); trimmed != true {
					faults = append(faults, id+" has the path of its folder in it")
				}
				if strings.Contains(asText(p["Environment"]), "AWS::StackId") {
					faults = append(faults, id+" is told which stack it is of")
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){
			"a named build": func(d deployed) { delete(at(at(d["template.yaml"], "Parameters"), "Build"), "Default") },
			"a path":        func(d deployed) { delete(d.resource("template.yaml", "JobGet"), "Metadata") },
			"a stack": func(d deployed) {
				variables(d.first("AWS::Lambda::Function", anyOf))["X"] = blueprint.Map{"Ref": "AWS::StackId"}
			},
		},
	}}
}
