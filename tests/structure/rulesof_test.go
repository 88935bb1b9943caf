package structure_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/devotionalai/platform/tests/blueprint"
)

// askedFor are the parameters that a person may be asked for.
var askedFor = []string{"Stage", "AppUrl", "MailFrom", "JwtSecretArn", "OriginSecret"}

var (
	publicKey = regexp.MustCompile(`(?i)public.*key|verif.*key|keys$|jwks`)
	secret    = regexp.MustCompile(`(Secret|Token|Password|Dsn)(Other)?$`)
)

func deployingRules() []demand {
	parameter := func(name string, p blueprint.Map) func(deployed) {
		return func(d deployed) { at(d["template.yaml"], "Parameters")[name] = p }
	}
	return []demand{{
		says: "a stage is never chosen by leaving it out",
		faults: func(d deployed) (faults []string) {
			if p := at(at(d["template.yaml"], "Parameters"), "Stage"); p == nil || p["Default"] != nil {
				faults = append(faults, fmt.Sprintf("Stage is %v where nobody says", p["Default"]))
			}
			return faults
		},
		breaks: map[string]func(deployed){"a default": func(d deployed) { at(at(d["template.yaml"], "Parameters"), "Stage")["Default"] = "local" }},
	}, {
		says: "no key of verification and no JSON goes through a shell",
		faults: func(d deployed) (faults []string) {
			d.parameters(func(_, name string, p blueprint.Map) {
				fallback, _ := p["Default"].(string)
				pattern, _ := p["AllowedPattern"].(string)
				if publicKey.MatchString(name) || strings.HasSuffix(name, "Json") || strings.HasPrefix(fallback, "{") || strings.Contains(pattern, `\{`) {
					faults = append(faults, name)
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){
			"a public key": parameter("JwtPublicKeys", blueprint.Map{}), "JSON by name": parameter("LimitsJson", blueprint.Map{}),
			"JSON by default": parameter("Limits", blueprint.Map{"Default": "{}"}), "JSON by pattern": parameter("Limits", blueprint.Map{"AllowedPattern": `\{.*\}`}),
		},
	}, {
		says: "what is secret cannot be read off the stack",
		faults: func(d deployed) (faults []string) {
			d.parameters(func(file, name string, p blueprint.Map) {
				if secret.MatchString(name) && p["NoEcho"] != true {
					faults = append(faults, file+": "+name)
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){"a secret": func(d deployed) { delete(at(at(d["infra/edge.yaml"], "Parameters"), "OriginSecret"), "NoEcho") }},
	}, {
		says: "nobody is asked for more than a few things",
		faults: func(d deployed) (faults []string) {
			for name := range at(d["template.yaml"], "Parameters") {
				if at(at(d["template.yaml"], "Parameters"), name)["Default"] == nil && !slices.Contains(askedFor, name) {
					faults = append(faults, name)
				}
			}
			return faults
		},
		breaks: map[string]func(deployed){"one more": parameter("Colour", blueprint.Map{"Type": "String"})},
	}}
}

func mailRules() []demand {
	return []demand{{
		says: "who may send may send through the set",
		faults: func(d deployed) (faults []string) {
			d.each("AWS::IAM::Role", func(_, id string, properties blueprint.Map) {
				for _, s := range allowing(properties, "ses:SendEmail") {
					if to := asText(s["Resource"]); !strings.Contains(to, ":configuration-set/") || !strings.Contains(to, ":identity/") {
						faults = append(faults, id+" may not send through the set, or as no identity")
					}
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){"a role without the set": func(d deployed) {
			role := d.first("AWS::IAM::Role", func(p blueprint.Map) bool { return len(allowing(p, "ses:SendEmail")) > 0 })
			allowing(role, "ses:SendEmail")[0]["Resource"] = "arn:aws:ses:us-east-1:1:identity/x"
		}},
	}, {
		says: "who sends knows the set, and may send",
		faults: func(d deployed) (faults []string) {
			d.each("AWS::Lambda::Function", func(file, id string, properties blueprint.Map) {
				if !sends(properties) {
					return
				}
				role, _ := dig(properties, "Role", "Fn::GetAtt", "0").(string)
				if set := variables(properties)["MAIL_CONFIGURATION_SET"]; set == nil || set == "" {
					faults = append(faults, id+" sends outside the set")
				}
				if len(allowing(d.resource(file, role), "ses:SendEmail")) == 0 && len(allowing(d.resource(file, role), "ses:SendRawEmail")) == 0 {
					faults = append(faults, id+" may not send")
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){
			"outside the set": func(d deployed) { delete(variables(d.first("AWS::Lambda::Function", sends)), "MAIL_CONFIGURATION_SET") },
			"not allowed": func(d deployed) {
				role := d.first("AWS::IAM::Role", func(p blueprint.Map) bool { return len(allowing(p, "ses:SendEmail")) > 0 })
				allowing(role, "ses:SendEmail")[0]["Action"] = "ses:GetAccount"
			},
		},
	}}
}

func hearingRules() []demand {
	return []demand{{
		says: "what comes back is told, and heard",
		faults: func(d deployed) (faults []string) {
			told, heard := "", ""
			d.each("AWS::SES::ConfigurationSetEventDestination", func(_, _ string, p blueprint.Map) { told += asText(p) })
			d.each("AWS::Events::Rule", func(_, _ string, p blueprint.Map) {
				if strings.Contains(asText(p["EventPattern"]), "aws.ses") && p["State"] != "DISABLED" {
					heard += asText(p)
				}
			})
			for _, needed := range []string{`"bounce"`, `"complaint"`, `"Enabled":true`, "EventBusArn"} {
				if !strings.Contains(told, needed) {
					faults = append(faults, "the set does not tell: "+needed)
				}
			}
			for _, needed := range []string{"Email Bounced", "Email Complaint Received", "MailFeedback"} {
				if !strings.Contains(heard, needed) {
					faults = append(faults, "nobody hears: "+needed)
				}
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"no destination": func(d deployed) { delete(d.resourcesOf("infra/workers.yaml"), "MailEvents") },
			"not enabled": func(d deployed) {
				at(d.first("AWS::SES::ConfigurationSetEventDestination", anyOf), "EventDestination")["Enabled"] = false
			},
			"nobody listens": func(d deployed) { delete(d.resourcesOf("infra/workers.yaml"), "MailFeedbackCameBack") },
		},
	}}
}

func leftRules() []demand {
	kept := []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Backup::BackupVault", "AWS::KMS::Key"}
	return []demand{{
		says: "what is kept can be taken back until it is made",
		faults: func(d deployed) (faults []string) {
			for _, kind := range kept {
				d.each(kind, func(file, id string, _ blueprint.Map) {
					if r := d.resource(file, id); r["DeletionPolicy"] != "RetainExceptOnCreate" || r["UpdateReplacePolicy"] != "Retain" {
						faults = append(faults, id)
					}
				})
			}
			if at(at(d["template.yaml"], "Parameters"), "TablesProtected")["Default"] != "false" {
				faults = append(faults, "tables are protected from their creation on")
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"always kept":   func(d deployed) { d.resource("infra/data.yaml", "Platform")["DeletionPolicy"] = "Retain" },
			"never kept":    func(d deployed) { delete(d.resource("infra/data.yaml", "Media"), "DeletionPolicy") },
			"protected yet": func(d deployed) { at(at(d["template.yaml"], "Parameters"), "TablesProtected")["Default"] = "true" },
		},
	}, {
		says: "each function writes to a group of the stack's, which ends and has no function's name",
		faults: func(d deployed) (faults []string) {
			d.each("AWS::Lambda::Function", func(_, id string, p blueprint.Map) {
				if at(p, "LoggingConfig")["LogGroup"] == nil {
					faults = append(faults, id+" makes its own group")
				}
			})
			d.each("AWS::Logs::LogGroup", func(_, id string, p blueprint.Map) {
				if p["RetentionInDays"] == nil || strings.Contains(asText(p["LogGroupName"]), "/aws/lambda/") {
					faults = append(faults, id)
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){
			"its own group": func(d deployed) { delete(d.first("AWS::Lambda::Function", anyOf), "LoggingConfig") },
			"for ever":      func(d deployed) { delete(d.first("AWS::Logs::LogGroup", anyOf), "RetentionInDays") },
			"a function's name": func(d deployed) {
				d.first("AWS::Logs::LogGroup", anyOf)["LogGroupName"] = blueprint.Map{"Fn::Sub": "/aws/lambda/${Prefix}-x"}
			},
		},
	}}
}

// encryptionRules: SSEEnabled does not turn encryption on, which is always. It takes the
// key that AWS owns, which costs nothing and asks nobody, for one of the account in KMS:
// each of a tenant's narrowed sessions would then ask KMS, and need its rights.
func encryptionRules() []demand {
	return []demand{{
		says: "tables are under the key that AWS owns",
		faults: func(d deployed) (faults []string) {
			d.each("AWS::DynamoDB::Table", func(_, id string, properties blueprint.Map) {
				if properties["SSESpecification"] != nil {
					faults = append(faults, id)
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){"a key in KMS": func(d deployed) {
			d.first("AWS::DynamoDB::Table", anyOf)["SSESpecification"] = blueprint.Map{"SSEEnabled": true}
		}},
	}}
}

func concurrencyRules() []demand {
	width := func(d deployed) (faults []string) {
		if at(at(d["template.yaml"], "Parameters"), "RenderWidth") == nil {
			faults = append(faults, "there is no RenderWidth")
		}
		if passed := dig(d.resource("template.yaml", "Workers"), "Properties", "Parameters", "RenderWidth", "Ref"); passed != "RenderWidth" {
			faults = append(faults, "RenderWidth does not reach the workers")
		}
		used := asText(at(d.resource("infra/workers.yaml", "Render"), "Properties")["DefinitionSubstitutions"]) + asText(variables(at(d.resource("infra/workers.yaml", "RenderPlan"), "Properties")))
		if !strings.Contains(used, `{"Ref":"RenderWidth"}`) {
			faults = append(faults, "the render does not know RenderWidth")
		}
		return faults
	}
	return []demand{{
		says:   "how many scenes are made at once is a setting",
		faults: width,
		breaks: map[string]func(deployed){"a fixed width": func(d deployed) {
			delete(at(d["template.yaml"], "Parameters"), "RenderWidth")
			delete(d.resourcesOf("template.yaml"), "Workers")
			delete(d.resourcesOf("infra/workers.yaml"), "Render")
			delete(d.resourcesOf("infra/workers.yaml"), "RenderPlan")
		}},
	}, {
		says: "no fixed number of executions is set aside: a new account has ten",
		faults: func(d deployed) (faults []string) {
			d.each("AWS::Lambda::Function", func(_, id string, p blueprint.Map) {
				if _, fixed := p["ReservedConcurrentExecutions"].(float64); fixed {
					faults = append(faults, id)
				}
			})
			return faults
		},
		breaks: map[string]func(deployed){"five": func(d deployed) { d.first("AWS::Lambda::Function", anyOf)["ReservedConcurrentExecutions"] = 5.0 }},
	}, checksRule()}
}

// checksRule: what a person queues in one go is called no more often at once than the
// stack's parameter says.
func checksRule() demand {
	const setting = "UploadChecksAtOnce"
	return demand{
		says: "a queue of uploads does not take all places",
		faults: func(d deployed) (faults []string) {
			scaling := at(at(d.resource("infra/workers.yaml", "UploadCheckOrders"), "Properties"), "ScalingConfig")
			if dig(scaling, "MaximumConcurrency", "Ref") != setting {
				faults = append(faults, "as many are decoded at once as wait")
			}
			if passed := dig(d.resource("template.yaml", "Workers"), "Properties", "Parameters", setting, "Ref"); passed != setting {
				faults = append(faults, setting+" does not reach the workers")
			}
			if least := at(at(d["template.yaml"], "Parameters"), setting)["MinValue"]; least != 2.0 {
				faults = append(faults, fmt.Sprintf("%s may be %v: Lambda takes 2 and more", setting, least))
			}
			return faults
		},
		breaks: map[string]func(deployed){
			"no bound": func(d deployed) {
				delete(at(d.resource("infra/workers.yaml", "UploadCheckOrders"), "Properties"), "ScalingConfig")
			},
			"not passed": func(d deployed) { delete(d.resourcesOf("template.yaml"), "Workers") },
			"less than Lambda takes": func(d deployed) {
				at(at(d["template.yaml"], "Parameters"), setting)["MinValue"] = 0.0
			},
		},
	}
}
