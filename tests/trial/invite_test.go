package trial

import (
	"slices"
	"strings"
	"testing"
)

// The act of inviting somebody: it works on the tenant's credentials, and writes
// the address and its link beside them.
const (
	inviteConst   = "\tInvite Act = \"invite\"\n"
	inviteOpening = `		{
			Act: Invite, Role: "InviteRole", Credentials: true, Before: []string{rates},
			Directory: []string{"ADDR#", "MAILRATE#", "LINK#"}, Verbs: []string{"PutItem", "UpdateItem", "DeleteItem"},
		},
`
	inviteOutput = `  InviteRoleArn:
    Description: The same, for functions that invite people.
    Value: !GetAtt InviteRole.Arn
`
	inviteGrants = `        - PolicyName: invitations
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - dynamodb:GetItem
                  - dynamodb:BatchGetItem
                  - dynamodb:Query
                  - dynamodb:PutItem
                  - dynamodb:UpdateItem
                  - dynamodb:DeleteItem
                  - dynamodb:BatchWriteItem
                  - dynamodb:ConditionCheckItem
                Resource: !GetAtt Platform.Arn
                Condition:
                  ForAllValues:StringLike:
                    dynamodb:LeadingKeys: [T#*, A#*, ADDR#*, MAILRATE#*, LINK#*]
              - Effect: Allow
                Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]
                Resource: !GetAtt Directory.Arn
                Condition:
                  ForAllValues:StringLike:
                    dynamodb:LeadingKeys: [T#*, A#*, ADDR#*, MAILRATE#*, LINK#*]

`
)

// invite declares the act where CONTRIBUTING says.
func invite(t *testing.T, c tree) {
	t.Helper()
	const act, data = "shared/domains/tenant/act.go", "infra/data.yaml"
	insert := func(text, before, added string) string {
		head, tail, ok := strings.Cut(text, before)
		if !ok {
			t.Fatalf("nothing begins with %q", before)
		}
		return head + added + before + tail
	}
	acts := insert(c.read(t, act), "\tArchive Act =", inviteConst)
	c.write(t, act, insert(acts, "\t\t{Act: Archive,", inviteOpening))

	// Its role is like the account role, but for what it grants.
	stack := c.read(t, data)
	_, account, _ := strings.Cut(stack, "\n  AccountRole:\n")
	account, _, ok := strings.Cut(account, "        - PolicyName:")
	if !ok {
		t.Fatal("the account role has no policy")
	}
	stack = insert(stack, "\nOutputs:\n", "\n  InviteRole:\n"+account+strings.TrimSuffix(inviteGrants, "\n"))
	c.write(t, data, insert(stack, "  JobRoleArn:\n", inviteOutput))
}

func TestAnActIsTwoFiles(t *testing.T) {
	t.Parallel()
	c := newCopy(t)
	invite(t, c)
	c.must(t, "gofmt", "-w", "shared/domains/tenant/act.go")
	if byHand := c.changed(t); !slices.Equal(byHand, []string{"infra/data.yaml", "shared/domains/tenant/act.go"}) {
		t.Errorf("the act took %v", byHand)
	}
	c.must(t, "make", "new-function", "NAME=member-invite", "METHOD=POST", "PATTERN=/api/v1/members/invitations", "ACT=invite")
	if row := c.read(t, "shared/httpapi/member.go"); !strings.Contains(row, "Act: tenant.Invite") || !strings.Contains(row, `Method: "POST", Pattern: "/api/v1/members/invitations"`) {
		t.Errorf("the row is %s", row)
	}
	made := c.read(t, "template.yaml")
	for _, want := range []string{"  InviteAccess:\n", "!Ref InviteAccess]", "TENANT_ROLE_ARN: !GetAtt Data.Outputs.InviteRoleArn"} {
		if !strings.Contains(made, want) {
			t.Errorf("template.yaml holds no %q", want)
		}
	}
	c.must(t, "go", "vet", "./functions/member-invite")
	said := c.must(t, "go", "test", "-count=1", "-v", "-run", "Guard|Functions|OwnRoles|OnlyManagers|Objects|Openings|Act|Contract|Template|Reference|Polic|Repeated",
		"./shared/domains/tenant", "./infra/template/...", "./tests/policy", "./tests/structure", "./functions/member-invite")
	for _, ran := range []string{"TestGuardSessionPolicyRoleAndDeclarationAgree", "TestFunctionsMayBecomeTheirRoleAndNoOther", "TestOpeningsNameKeysOfTheDirectory",
		"TestEveryActBringsThePolicyOfItsRole", "TestContract/signed-in", "TestContract/no-token"} {
		if !strings.Contains(said, "--- PASS: "+ran) {
			t.Errorf("%s did not run:\n%s", ran, said)
		}
	}

	// A role with one verb more than its act declares is found.
	c.write(t, "shared/domains/tenant/act.go", strings.Replace(c.read(t, "shared/domains/tenant/act.go"), `, "DeleteItem"}`, "}", 1))
	said, err := c.run("go", "test", "-count=1", "-run", "Agree", "./tests/policy")
	if err == nil || !strings.Contains(said, `act "invite", DeleteItem of ADDR#x`) {
		t.Errorf("it passes (%v):\n%s", err, said)
	}
}
