package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// event is one of CloudFormation's, by its number.
func event(n int, stack, id, kind, physical, status, reason string) string {
	return fmt.Sprintf("<member><StackId>%s</StackId><EventId>%d</EventId><LogicalResourceId>%s</LogicalResourceId><ResourceType>%s</ResourceType><PhysicalResourceId>%s</PhysicalResourceId>"+
		"<Timestamp>%s</Timestamp><ResourceStatus>%s</ResourceStatus><ResourceStatusReason>%s</ResourceStatusReason></member>",
		stack, n, id, kind, physical, time.Now().Add(time.Duration(n)*time.Second).UTC().Format(time.RFC3339), status, reason)
}

// TestEachEventIsReadOnce: each page behind the newest that was read is a call that
// nobody needs, and an account has few of them.
func TestEachEventIsReadOnce(t *testing.T) {
	const edge = "arn:aws:cloudformation:us-east-1:0:stack/devotional-trial-Edge/1"
	looks, older := 0, 0
	a := cloudFormation(t, func(action string, form url.Values) string {
		stack := form.Get("StackName")
		switch {
		case action == "DescribeStacks":
			looks++
			return "<Stacks><member><StackName>devotional-trial</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>" +
				map[bool]string{true: "CREATE_IN_PROGRESS", false: "ROLLBACK_COMPLETE"}[looks < 3] + "</StackStatus></member></Stacks>"
		case action != "DescribeStackEvents":
			return ""
		case form.Get("NextToken") != "":
			older++
			return "<StackEvents>" + event(1, stack, "Data", "AWS::DynamoDB::Table", "d", "CREATE_COMPLETE", "") + "</StackEvents>"
		case stack == edge:
			return "<StackEvents>" + event(3, edge, "Distribution", "AWS::CloudFront::Distribution", "", "CREATE_FAILED",
				"Access denied for operation: Your "+unverified+". To verify your account, please contact AWS Support") + "</StackEvents>"
		}
		all := event(2, stack, "Edge", nestedStack, edge, "CREATE_IN_PROGRESS", "")
		if looks > 2 {
			all = event(4, stack, "Edge", nestedStack, edge, "CREATE_FAILED", "Embedded stack was not made") + all
		}
		return "<StackEvents>" + all + "</StackEvents><NextToken>older</NextToken>"
	})
	said := map[string]bool{}
	f := newFormation(a, "devotional-trial")
	f.say = func(line string) { said[line] = true }
	err := f.execute(t.Context(), &changeSet{id: "set"})
	if err == nil || older != 1 || !said["ROLLBACK_COMPLETE, 1 resources done"] {
		t.Fatalf("%d looks read the first events %d times, and said %v: %v", looks, older, said, err)
	}
	text := err.Error()
	cause, follows, help := strings.Index(text, "Edge/Distribution"), strings.Index(text, "Embedded stack"), strings.Index(text, "https://console.aws.amazon.com/support/home")
	if cause < 0 || follows < cause || help < follows || strings.Count(text, "Edge/Distribution") != 1 {
		t.Errorf("a refusal of CloudFront's is told as\n%s", text)
	}
	if strings.Contains(told(&deployed{}, []string{"Data: another cause"}).Error(), "new to CloudFront") {
		t.Error("any failure is said to be CloudFront's")
	}
}

// TestWhoIsAskedTooMuchIsAskedAgain: the deployment goes on while CloudFormation does
// not want to be looked at.
func TestWhoIsAskedTooMuchIsAskedAgain(t *testing.T) {
	t.Parallel() // it waits
	asked := 0
	a := cloudFormation(t, func(action string, _ url.Values) string {
		if asked++; action == "DescribeStacks" && asked == 1 {
			return refusal + "Throttling"
		}
		return "<Stacks><member><StackName>devotional-trial</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>"
	})
	if n := newFormation(a, "devotional-trial").cfn.Options().Retryer.MaxAttempts(); n != patientAttempts {
		t.Errorf("CloudFormation is asked %d times", n)
	}
	a.AWS.RetryMaxAttempts = 1 // the client's own are used up
	now, err := newFormation(a, "devotional-trial").look(t.Context())
	if err != nil || now == nil || asked != 2 {
		t.Errorf("%d calls, %+v, %v", asked, now, err)
	}
}
