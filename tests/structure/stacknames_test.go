package structure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/tests/blueprint"
)

// longestNames are how many characters AWS takes in a name that a template gives.
var longestNames = map[string]struct {
	property string
	most     int
}{
	"AWS::Lambda::Function":                  {"FunctionName", 64},
	"AWS::Backup::BackupVault":               {"BackupVaultName", 50},
	"AWS::StepFunctions::StateMachine":       {"StateMachineName", 80},
	"AWS::Events::Rule":                      {"Name", 64},
	"AWS::SQS::Queue":                        {"QueueName", 80},
	"AWS::SES::ConfigurationSet":             {"Name", 64},
	"AWS::CloudFront::Function":              {"Name", 64},
	"AWS::IAM::Role":                         {"RoleName", 64},
	"AWS::S3::Bucket":                        {"BucketName", 63},
	"AWS::CloudWatch::Alarm":                 {"AlarmName", 255},
	"AWS::CloudWatch::Dashboard":             {"DashboardName", 255},
	"AWS::SNS::Topic":                        {"TopicName", 256},
	"AWS::Lambda::LayerVersion":              {"LayerName", 140},
	"AWS::CodeDeploy::Application":           {"ApplicationName", 100},
	"AWS::CloudFront::ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig/Name", 128},
	"AWS::CloudFront::OriginAccessControl":   {"OriginAccessControlConfig/Name", 64},
	"AWS::WAFv2::WebACL":                     {"Name", 128},
	"AWS::Backup::BackupPlan":                {"BackupPlan/BackupPlanName", 50},
}

// longestName is the name that a resource has in a stack of this name, as long as it can be.
func longestName(given any, stack string) string {
	pattern, _ := dig(given, "Fn::Sub").(string)
	if pattern == "" {
		pattern, _ = dig(given, "Fn::Sub", "0").(string)
	}
	if name, is := dig(given, "Ref").(string); is {
		pattern = "${" + name + "}"
	}
	return strings.NewReplacer("${AWS::StackName}", stack, "${Prefix}", stack, "${Once}", "01234567",
		"${Stage}", strings.Repeat("t", 16), "${AWS::AccountId}", strings.Repeat("0", 12), "${AWS::Region}", "ap-southeast-1").Replace(pattern)
}

// TestNamesMadeOfTheStacksFit: the longest name of a stack that make deploy takes, and
// one that is longer by half does not.
func TestNamesMadeOfTheStacksFit(t *testing.T) {
	d := production(t)
	tooLong := func(length int) (all []string, looked int) {
		for kind, name := range longestNames {
			d.each(kind, func(_, id string, properties blueprint.Map) {
				given := dig(properties, strings.Split(name.property, "/")...)
				if given == nil {
					return // CloudFormation makes one that fits
				}
				made := longestName(given, strings.Repeat("s", length))
				if looked++; made == "" || strings.Contains(made, "${") {
					t.Errorf("%s: nobody knows how long %v becomes", id, given)
				}
				if len(made) > name.most {
					all = append(all, id+" "+made)
				}
			})
		}
		return all, looked
	}
	if long, looked := tooLong(stages.LongestStack); len(long) > 0 || looked < 100 {
		t.Errorf("of %d names these are too long: %v", looked, long)
	}
	if long, _ := tooLong(stages.LongestStack * 3 / 2); len(long) < 2 {
		t.Errorf("names that are too long are not seen, but for %v", long)
	}
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "pipeline.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	most := regexp.MustCompile(`(?s)\n  Stack:.*?AllowedPattern: "\[a-z\]\[a-z0-9-\]\{1,(\d+)\}"`).FindSubmatch(text)
	if most == nil || string(most[1]) != strconv.Itoa(stages.LongestStack-1) {
		t.Errorf("infra/pipeline.yaml takes stacks that make deploy does not: %s", most)
	}
}
