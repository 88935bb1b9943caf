package structure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// attributes are what GetAtt may ask of the types in use. sam validate --lint
// checks them in most places, but not inside events.
var attributes = map[string][]string{
	"AWS::CloudFront::Distribution":        {"DomainName", "Id"},
	"AWS::CloudFront::Function":            {"FunctionARN"},
	"AWS::CloudFront::OriginAccessControl": {"Id"},
	"AWS::WAFv2::WebACL":                   {"Arn"},
	"AWS::Serverless::Function":            {"Arn"},
	"AWS::Serverless::StateMachine":        {"Arn", "Name"},
	"AWS::DynamoDB::Table":                 {"Arn", "StreamArn"},
	"AWS::KMS::Key":                        {"Arn", "KeyId"},
	"AWS::S3::Bucket":                      {"Arn", "DomainName", "RegionalDomainName"},
	"AWS::Lambda::Url":                     {"FunctionUrl"},
	"AWS::SQS::Queue":                      {"Arn", "QueueName", "QueueUrl"},
	"AWS::IAM::Role":                       {"Arn", "RoleId"},
	"AWS::Logs::LogGroup":                  {"Arn"},
	"AWS::SNS::Topic":                      {"TopicArn", "TopicName"},
}

func TestEveryReferenceHasATarget(t *testing.T) {
	b := load(t)
	for _, tmpl := range b.Templates {
		resources := map[string]blueprint.Resource{}
		for _, r := range tmpl.Resources() {
			resources[r.ID] = r
		}
		blueprint.Walk(tmpl.Doc, func(m blueprint.Map) {
			if at, ok := m["Fn::GetAtt"].([]any); ok && len(at) == 2 {
				checkAttribute(t, b, tmpl, resources, at)
			}
			for _, name := range referenced(m) {
				_, isResource := resources[name]
				_, isParameter := tmpl.Section("Parameters")[name]
				if !isResource && !isParameter && !strings.HasPrefix(name, "AWS::") {
					t.Errorf("%s: nothing is called %s", tmpl.File, name)
				}
			}
		})
	}
}

func checkAttribute(t *testing.T, b *blueprint.Blueprint, tmpl *blueprint.Template, resources map[string]blueprint.Resource, at []any) {
	t.Helper()
	id, _ := at[0].(string)
	attribute, _ := at[1].(string)
	r, ok := resources[id]
	if f, isURL := strings.CutSuffix(id, "Url"); !ok && isURL && attribute == "FunctionUrl" {
		config, _ := resources[f].Properties["FunctionUrlConfig"].(blueprint.Map)
		ok, r = config != nil, blueprint.Resource{Type: "AWS::Lambda::Url"} // the transform makes it
	}
	if !ok {
		t.Errorf("%s: !GetAtt %s.%s: no such resource", tmpl.File, id, attribute)
		return
	}
	if output, isOutput := strings.CutPrefix(attribute, "Outputs."); isOutput {
		nested, ok := b.Nested(r)
		if !ok || nested.Section("Outputs")[output] == nil {
			t.Errorf("%s: !GetAtt %s.%s: no such output", tmpl.File, id, attribute)
		}
		return
	}
	for _, known := range attributes[r.Type] {
		if known == attribute {
			return
		}
	}
	t.Errorf("%s: !GetAtt %s.%s: %s has no such attribute (or add it to this test)", tmpl.File, id, attribute, r.Type)
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)(\.[A-Za-z.]+)?\}`)

// referenced are the names that a Ref or Sub of m needs, except the variables
// that a Sub brings along.
func referenced(m blueprint.Map) []string {
	var names []string
	if name, ok := m["Ref"].(string); ok {
		names = append(names, name)
	}
	text, own := "", blueprint.Map{}
	switch sub := m["Fn::Sub"].(type) {
	case string:
		text = sub
	case []any:
		text, _ = sub[0].(string)
		own, _ = sub[1].(blueprint.Map)
	}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if _, brought := own[match[1]]; !brought {
			names = append(names, match[1])
		}
	}
	return names
}
