package trial

import (
	"slices"
	"strings"
	"testing"
)

// An act that nobody does: it works on the tenant's credentials, and writes an
// address and a link beside them.
const (
	giftConst   = "\tGift Act = \"gift\"\n"
	giftOpening = `		{
			Act: Gift, Role: "GiftRole", Credentials: true, Before: anyone(),
			Directory: []string{"ADDR#", "MAILRATE#", "LINK#"}, Verbs: []string{"PutItem", "UpdateItem", "DeleteItem"},
		},
`
	giftOutput = `  GiftRoleArn:
    Description: The same, for functions that give.
    Value: !GetAtt GiftRole.Arn
`
	giftGrants = `        - PolicyName: gifts
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

// gift declares the act where CONTRIBUTING says.
func gift(t *testing.T, c tree) {
	t.Helper()
	const act, data = "shared/domains/tenant/act.go", "infra/data.yaml"
	insert := func(text, before, added string) string {
		head, tail, ok := strings.Cut(text, before)
		if !ok {
			t.Fatalf("nothing begins with %q", before)
		}
		return head + added + before + tail
	}
	acts := insert(c.read(t, act), "\tArchive ", giftConst)
	c.write(t, act, insert(acts, "\t\t{Act: Archive,", giftOpening))

	// Its role is like the account role, but for what it grants.
	stack := c.read(t, data)
	_, account, _ := strings.Cut(stack, "\n  AccountRole:\n")
	account, _, ok := strings.Cut(account, "        - PolicyName:")
	if !ok {
		t.Fatal("the account role has no policy")
	}
	stack = insert(stack, "\nOutputs:\n", "\n  GiftRole:\n"+account+strings.TrimSuffix(giftGrants, "\n"))
	c.write(t, data, insert(stack, "  JobRoleArn:\n", giftOutput))
}

func TestAnActIsTwoFiles(t *testing.T) {
	t.Parallel()
	c := newCopy(t)
	gift(t, c)
	c.must(t, "gofmt", "-w", "shared/domains/tenant/act.go")
	if byHand := c.changed(t); !slices.Equal(byHand, []string{"infra/data.yaml", "shared/domains/tenant/act.go"}) {
		t.Errorf("the act took %v", byHand)
	}
	c.must(t, "make", "new-function", "NAME=gift-send", "METHOD=POST", "PATTERN=/api/v1/gifts", "ACT=gift")
	if row := c.read(t, "shared/httpapi/gift.go"); !strings.Contains(row, "Act: tenant.Gift") || !strings.Contains(row, `Method: "POST", Pattern: "/api/v1/gifts"`) {
		t.Errorf("the row is %s", row)
	}
	made := c.read(t, "template.yaml")
	for _, want := range []string{"  GiftAccess:\n", "!Ref GiftAccess]", "TENANT_ROLE_ARN: !GetAtt Data.Outputs.GiftRoleArn"} {
		if !strings.Contains(made, want) {
			t.Errorf("template.yaml holds no %q", want)
		}
	}
	c.must(t, "go", "vet", "./functions/gift-send")
	said := c.must(t, "go", "test", "-count=1", "-v", "-run", "Guard|Functions|OwnRoles|OnlyManagers|Objects|Openings|Act|Contract|Template|Reference|Polic|Repeated",
		"./shared/domains/tenant", "./infra/template/...", "./tests/policy", "./tests/structure", "./functions/gift-send")
	for _, ran := range []string{"TestGuardSessionPolicyRoleAndDeclarationAgree", "TestFunctionsMayBecomeTheirRoleAndNoOther", "TestOpeningsNameKeysOfTheDirectory",
		"TestEveryActBringsThePolicyOfItsRole", "TestContract/signed-in", "TestContract/no-token"} {
		if !strings.Contains(said, "--- PASS: "+ran) {
			t.Errorf("%s did not run:\n%s", ran, said)
		}
	}

	// A role with one verb more than its act declares is found.
	c.write(t, "shared/domains/tenant/act.go", strings.Replace(c.read(t, "shared/domains/tenant/act.go"), `"UpdateItem", "DeleteItem"}`, `"UpdateItem"}`, 1))
	said, err := c.run("go", "test", "-count=1", "-run", "Agree", "./tests/policy")
	if err == nil || !strings.Contains(said, `act "gift", DeleteItem of ADDR#x`) {
		t.Errorf("it passes (%v):\n%s", err, said)
	}
}
