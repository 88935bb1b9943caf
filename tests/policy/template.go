package policy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/devotionalai/platform/tests/blueprint"
)

// ARNs of what the templates declare, as the evaluator names them.
const (
	Platform  = "arn:aws:dynamodb:us-east-1:000000000000:table/Platform"
	Directory = "arn:aws:dynamodb:us-east-1:000000000000:table/Directory"
	Media     = "arn:aws:s3:::Media"
	Ledger    = "arn:aws:s3:::LedgerBucket"
)

// named are the ways in which templates name them.
func named() map[string]string {
	return map[string]string{
		"Platform.Arn": Platform, "PlatformTableArn": Platform, "Data.Outputs.PlatformTableArn": Platform,
		"Directory.Arn": Directory, "DirectoryTableArn": Directory, "Data.Outputs.DirectoryTableArn": Directory,
		"Media.Arn": Media, "MediaBucket": "Media", "Data.Outputs.MediaBucket": "Media", "Data.Outputs.MediaBucketArn": Media,
		"LedgerBucket.Arn": Ledger, "LedgerBucket": "LedgerBucket", "AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "000000000000",
	}
}

// Role answers what a role of a template may do: its own policies and the
// managed ones that it names.
func Role(b *blueprint.Blueprint, id string) (Document, error) {
	for _, r := range b.Resources("AWS::IAM::Role") {
		if r.ID == id {
			return attached(r.Template, onAWS, r.Properties["ManagedPolicyArns"], r.Properties["Policies"])
		}
	}
	return nil, fmt.Errorf("no template has a role %s", id)
}

// branch is the one of a template's Fn::If that is taken: each asks where it is
// deployed.
type branch int

const (
	onAWS    branch = 1
	emulated branch = 2
)

// Own answers what a function's own role may do.
func Own(f blueprint.Function) (Document, error) {
	return attached(f.Template, onAWS, f.Properties["Policies"])
}

// OwnEmulated answers the same where AWS is emulated: the emulator names no
// resource when it checks some of the actions.
func OwnEmulated(f blueprint.Function) (Document, error) {
	return attached(f.Template, emulated, f.Properties["Policies"])
}

func attached(t *blueprint.Template, taken branch, lists ...any) (Document, error) {
	managed := map[string]blueprint.Map{}
	for _, r := range t.Resources() {
		if r.Type == "AWS::IAM::ManagedPolicy" {
			managed[r.ID], _ = r.Properties["PolicyDocument"].(blueprint.Map)
		}
	}
	var all Document
	var failed error
	add := func(raw blueprint.Map) {
		d, err := read(raw, func(v any) []string { return texts(v, taken.resolve) })
		if err != nil {
			failed = err
		}
		all = append(all, d...)
	}
	for _, list := range lists {
		blueprint.Walk(list, func(m blueprint.Map) {
			if name, ok := m["Ref"].(string); ok && managed[name] != nil {
				add(managed[name])
			}
			if m["Statement"] != nil {
				add(m)
			}
		})
	}
	return all, failed
}

var placeholder = regexp.MustCompile(`\$\{([^}]+)\}`)

// resolve names what a template's value stands for. What the evaluator has no
// name for stays a text that matches none of its requests.
func (taken branch) resolve(v any) []string {
	m, ok := v.(blueprint.Map)
	if !ok {
		return []string{fmt.Sprint(v)}
	}
	if name, ok := m["Ref"].(string); ok {
		return []string{known(name)}
	}
	if at, ok := m["Fn::GetAtt"].([]any); ok {
		return []string{known(fmt.Sprintf("%v.%v", at[0], at[1]))}
	}
	if choice, ok := m["Fn::If"].([]any); ok && len(choice) == 3 {
		return texts(choice[taken], taken.resolve)
	}
	text, ok := m["Fn::Sub"].(string)
	var own blueprint.Map // names of the substitution's own
	if list, isList := m["Fn::Sub"].([]any); isList && len(list) > 0 {
		text, ok = list[0].(string)
		if len(list) > 1 {
			own, _ = list[1].(blueprint.Map)
		}
	}
	if !ok {
		return []string{"${unknown}"}
	}
	return []string{placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := strings.Trim(p, "${}")
		if v, ok := own[name]; ok {
			return strings.Join(taken.resolve(v), " ")
		}
		return known(name)
	})}
}

// Named answers what a template's value stands for, as the documents here name it.
func Named(v any) string { return strings.Join(onAWS.resolve(v), " ") }

func known(name string) string {
	if text, ok := named()[name]; ok {
		return text
	}
	return "${" + name + "}"
}
