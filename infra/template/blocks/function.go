package blocks

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

const tenantRole = "TENANT_ROLE_ARN"

// function is the block of one row.
func (s *stack) function(row httpapi.Route) (string, error) {
	variables, err := s.environment(row.Name)
	if err != nil {
		return "", err
	}
	var settings lines
	for _, v := range variables {
		settings = append(settings, v[0])
	}
	policies, err := s.policies(row, settings)
	if err != nil {
		return "", err
	}
	if r := roleOf(row); r != "" {
		output, known := s.outputs[r.output()]
		if !known {
			return "", fmt.Errorf("%s: its row's act is %q: declare the role %s and the output %s in infra/data.yaml", row.Name, row.Act, r, r.output())
		}
		variables = append([][2]string{{tenantRole, "!GetAtt " + output}}, variables...)
	} else if opensTenant(row) || (row.Act != tenant.None && len(before(row.Act)) == 0) {
		return "", fmt.Errorf("%s: the act %q of its row has no role: give it one in shared/domains/tenant/act.go", row.Name, row.Act)
	}
	block := lines{
		"  " + joined(row.Name, "-") + ":",
		"    Type: AWS::Serverless::Function",
		"    Metadata: {BuildMethod: go1.x, BuildProperties: {TrimGoPath: true}}",
		"    Properties:",
		"      FunctionName: !Sub ${AWS::StackName}-" + row.Name,
		"      CodeUri: functions/" + row.Name + "/",
	}
	if row.Memory != 0 {
		block = append(block, "      MemorySize: "+strconv.Itoa(row.Memory))
	}
	if row.Timeout != 0 {
		block = append(block, "      Timeout: "+strconv.Itoa(row.Timeout))
	}
	block = append(block, listed(policies)...)
	if len(variables) > 0 {
		block = append(block, "      Environment:", "        Variables:")
		for _, v := range variables {
			block = append(block, "          "+v[0]+": "+v[1])
		}
	}
	block = append(block, "      Events:", "        Call: {Type: HttpApi, Properties: {ApiId: !Ref Api, "+event(row)+"}}")
	return strings.Join(block, "\n") + "\n", nil
}

// listed writes policies that are all managed on one line.
func listed(policies lines) lines {
	var names lines
	for _, p := range policies {
		name, entry := strings.CutPrefix(p, "- !Ref ")
		if !entry {
			return append(lines{"      Policies:"}, indented("        ", policies)...)
		}
		names = append(names, "!Ref "+name)
	}
	return lines{"      Policies: [" + strings.Join(names, ", ") + "]"}
}

func event(row httpapi.Route) string {
	switch {
	case row.Pattern == "/":
		return "Path: $default, Method: ANY"
	case strings.Contains(row.Pattern, "{"):
		return "Method: " + row.Method + ", Path: " + strconv.Quote(row.Pattern)
	}
	return "Method: " + row.Method + ", Path: " + row.Pattern
}
