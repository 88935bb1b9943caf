package blocks

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// Lines of a template, without their indentation here.
type lines = []string

// role is a role that opens tenants' data, by its name in infra/data.yaml: what
// a function assumes after its credential is verified.
type role string

// policy is the managed policy that lets a function assume it.
func (r role) policy() string { return strings.TrimSuffix(string(r), "Role") + "Access" }

// output is the output, or the parameter of a nested template, that names it.
func (r role) output() string { return string(r) + "Arn" }

// roleOf is the role in which a row's function works on its caller's data; none
// when it does not.
func roleOf(row httpapi.Route) role {
	if !opensTenant(row) {
		return ""
	}
	return role(row.Act.Opens().Role)
}

// become is the managed policies of the API's functions: one for each role that
// a row takes.
func (s *stack) become(rows []httpapi.Route) string {
	var roles []role
	for _, row := range rows {
		if r := roleOf(row); r != "" && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	slices.Sort(roles)
	var all strings.Builder
	for _, r := range roles {
		all.WriteString(r.access("!GetAtt " + s.outputs[r.output()]))
	}
	return all.String()
}

// workersBecome is the same of the functions without a row: one for each role
// that is a parameter of their template.
func workersBecome(root string) (string, error) {
	d, err := readDocument(filepath.Join(root, workers))
	if err != nil {
		return "", err
	}
	var roles []role
	for _, o := range tenant.Openings() {
		r := role(o.Role)
		if _, passed := d.Parameters[r.output()]; passed && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	slices.Sort(roles)
	var all strings.Builder
	for _, r := range roles {
		all.WriteString(r.access("!Ref " + r.output()))
	}
	return all.String() + "\n", nil
}

// access is the managed policy that lets a function become the role, whose ARN
// is arn in its template.
func (r role) access(arn string) string {
	return strings.Join(lines{
		"",
		"  " + r.policy() + ":",
		"    Type: AWS::IAM::ManagedPolicy",
		"    Properties:",
		"      Description: Become the " + strings.ToLower(strings.TrimSuffix(string(r), "Role")) + " role, to work on one tenant's data.",
		"      PolicyDocument:",
		`        Version: "2012-10-17"`,
		"        Statement:",
		"          - Effect: Allow",
		"            Action: sts:AssumeRole",
		"            Resource: " + arn,
	}, "\n") + "\n"
}

// opensTenant reports whether the caller's own data is opened: a session or a
// key opens it, and so does a refresh cookie whose session goes on, or whose row
// works on the tenant's credentials.
func opensTenant(row httpapi.Route) bool {
	return row.Credentials.Take(httpapi.Session) || row.Credentials.Take(httpapi.Key) || row.CountsSession || row.Act.Opens().Credentials
}

// statement is one statement of a policy.
type statement struct {
	why      lines  // comment
	actions  string // one, or several in brackets
	resource lines  // the first line follows "Resource: "
	keys     string // of dynamodb:LeadingKeys; "" is any
	more     lines  // another condition
}

// before is what an act needs under the function's own role, because it happens
// before any credential is verified.
func before(act tenant.Act) []statement {
	switch directory := (lines{"!GetAtt Data.Outputs.DirectoryTableArn"}); act {
	case tenant.AskLink:
		return []statement{
			{actions: "dynamodb:UpdateItem", resource: directory, keys: "[" + tenant.MailRatePrefix + "*, " + tenant.MailCallPrefix + "*]"},
			{actions: "dynamodb:GetItem", resource: directory, keys: tenant.SuppressPrefix + "*"},
			{
				actions:  "[dynamodb:PutItem, dynamodb:DeleteItem, dynamodb:ConditionCheckItem]",
				resource: directory, keys: "[" + tenant.LinkPrefix + "*, " + tenant.MailRatePrefix + "*]",
			},
		}
	case tenant.SignIn, tenant.Join:
		return entering(act, directory)
	case tenant.Close:
		return []statement{{actions: "dynamodb:GetItem", resource: directory, keys: "[" + tenant.KeepPrefix + "*, " + tenant.SuppressPrefix + "*]"}}
	case tenant.Receipt:
		return []statement{{actions: "dynamodb:GetItem", resource: directory, keys: tenant.ReceiptPrefix + "*"}}
	case tenant.Backups:
		return []statement{{actions: "dynamodb:GetItem", resource: directory, keys: tenant.DrillPrefix + "*"}}
	case tenant.Invite:
		return []statement{
			{actions: "dynamodb:UpdateItem", resource: directory, keys: tenant.MailCallPrefix + "*"},
			{actions: "dynamodb:GetItem", resource: directory, keys: tenant.SuppressPrefix + "*"},
		}
	}
	return nil
}

// entering is what lets somebody in: one transaction over both tables, which may be
// judged by the keys of all its actions.
func entering(act tenant.Act, directory lines) []statement {
	switch act {
	case tenant.SignIn:
		keys := "[" + strings.Join([]string{
			tenant.AddressPrefix, tenant.MailRatePrefix, tenant.LinkPrefix, tenant.CredentialsPrefix, tenant.DataPrefix,
		}, "*, ") + "*]"
		return []statement{
			{
				why: lines{
					"# The one transaction of a sign-in, which may create the tenant: no credential exists before it. It may be judged",
					"# by the keys of all its actions, in both tables.",
				},
				actions: "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]", resource: directory, keys: keys,
			},
			{actions: "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem]", resource: lines{"!GetAtt Data.Outputs.PlatformTableArn"}, keys: keys},
			{actions: "dynamodb:UpdateItem", resource: directory, keys: tenant.GuessPrefix + "*"},
		}
	case tenant.Join:
		keys := "[" + strings.Join([]string{
			tenant.AddressPrefix, tenant.InvitePrefix, tenant.CredentialsPrefix, tenant.DataPrefix,
		}, "*, ") + "*]"
		return []statement{
			{
				why:     lines{"# The one transaction by which an invited person becomes a member: no credential exists before it."},
				actions: "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:DeleteItem]", resource: directory, keys: keys,
			},
			{
				actions:  "[dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:ConditionCheckItem]",
				resource: lines{"!GetAtt Data.Outputs.PlatformTableArn"}, keys: keys,
			},
			{actions: "dynamodb:GetItem", resource: directory, keys: tenant.SuppressPrefix + "*"},
		}
	}
	return nil
}

// grants are what each setting lets its function do.
func grants(row httpapi.Route, settings []string) []statement {
	var all []statement
	for _, setting := range settings {
		switch setting {
		case "JWT_SECRET_ARN":
			all = append(
				all, statement{actions: "secretsmanager:GetSecretValue", resource: lines{"!Ref JwtSecretArn"}},
				statement{
					why:     lines{"# Who signs with a key that nobody knows yet publishes it first."},
					actions: "dynamodb:PutItem", resource: lines{"!GetAtt Data.Outputs.DirectoryTableArn"}, keys: tenant.SigningKeys,
				},
			)
		case "RENDER_STATE_MACHINE_ARN":
			all = append(all, statement{actions: "states:StartExecution", resource: lines{"!GetAtt Workers.Outputs.RenderStateMachineArn"}})
		case "PUBLISH_STATE_MACHINE_ARN":
			all = append(all, statement{actions: "states:StartExecution", resource: lines{"!GetAtt Workers.Outputs.PublishStateMachineArn"}})
		case "EXPORT_STATE_MACHINE_ARN":
			all = append(all, statement{actions: "states:StartExecution", resource: lines{"!GetAtt Workers.Outputs.ExportStateMachineArn"}})
		case "UPLOAD_QUEUE_URL":
			all = append(all, statement{actions: "sqs:SendMessage", resource: lines{"!GetAtt Workers.Outputs.UploadQueueArn"}})
		case "MAIL_FROM":
			all = append(all, statement{actions: "ses:SendEmail", resource: sender(), more: senders()})
		case "MAIL_CONFIGURATION_SET":
			if !slices.Contains(settings, "MAIL_FROM") {
				all = append(all, statement{actions: "ses:DeleteSuppressedDestination", resource: lines{`"*" # the account's list has no resource of its own`}})
			}
		case "BACKUP_PLAN_ID":
			all = append(all, backups()...)
		case "MEDIA_BUCKET":
			if !opensTenant(row) {
				all = append(all, voiceSamples())
			}
		}
	}
	return all
}

// sender is what SES asks for: the identity that it has verified, which may be a domain
// above MailFrom's, that of whom the mail goes to while the account is in the sandbox,
// and the configuration set that mail is sent with. Whose mail it may be, senders says.
func sender() lines {
	return lines{
		"!If",
		"- OnAws",
		"- - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*",
		"  - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${AWS::StackName}-mail",
		`- "*" # the emulator names no identity when it checks this action`,
	}
}

// senders are the addresses of MailFrom's domain. The emulator names no sender, which
// ForAllValues lets pass; AWS always does.
func senders() lines {
	return lines{
		"Condition:", "  ForAllValues:StringLike:", "    ses:FromAddress: !Sub", `      - "*@${Domain}"`,
		`      - Domain: !Select [0, !Split [">", !Select [1, !Split ["@", !Ref MailFrom]]]]`,
	}
}

// backups let a function see what backups there are. None of it reads one.
func backups() []statement {
	return []statement{
		{
			actions:  "dynamodb:DescribeContinuousBackups",
			resource: lines{"", "- !GetAtt Data.Outputs.PlatformTableArn", "- !GetAtt Data.Outputs.DirectoryTableArn"}, // a list begins below
		},
		{
			actions:  "[dynamodb:ListBackups, backup:ListRecoveryPointsByResource]",
			resource: lines{`"*" # neither has a resource of its own`},
		},
		{
			actions:  "backup:GetBackupPlan",
			resource: lines{"!Sub arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}:backup-plan:*"},
		},
	}
}

// voiceSamples are the files that belong to nobody.
func voiceSamples() statement {
	return statement{
		why:     lines{"# Whoever opens a presigned address acts with the rights of the one who signed it."},
		actions: "s3:GetObject",
		resource: lines{
			"!Sub",
			"- ${Bucket}/" + tenant.VoiceFolder + "*",
			"- Bucket: !GetAtt Data.Outputs.MediaBucketArn",
		},
	}
}

// painter is the policy of a function that makes pictures, where a model does.
func painter() lines {
	return lines{
		"- !If",
		"  - Bedrock",
		`  - Version: "2012-10-17"`,
		"    Statement:",
		"      - Effect: Allow",
		"        Action: bedrock:InvokeModel",
		"        Resource:",
		"          - !Sub arn:${AWS::Partition}:bedrock:${BedrockRegion}::foundation-model/amazon.nova-canvas-*",
		"          - !Sub arn:${AWS::Partition}:bedrock:${BedrockRegion}::foundation-model/amazon.titan-image-generator-*",
		"          - !Sub arn:${AWS::Partition}:bedrock:${BedrockRegion}::foundation-model/stability.stable-image-*",
		"          - !Sub arn:${AWS::Partition}:bedrock:${BedrockRegion}::foundation-model/stability.sd3-*",
		"  - !Ref AWS::NoValue",
	}
}

// payer is the policy of a function that calls the payment service, where there
// is one.
func payer() lines {
	return lines{
		"- !If",
		"  - Billing",
		`  - Version: "2012-10-17"`,
		"    Statement:",
		"      - Effect: Allow",
		"        Action: secretsmanager:GetSecretValue",
		"        Resource: !Ref StripeSecretArn",
		"  - !Ref AWS::NoValue",
	}
}

// channels is the policy of a function that speaks to Google: the client's secret,
// where there is one, and the key for the access to channels.
func channels() lines {
	return lines{
		"- !If",
		"  - YoutubeSecret",
		`  - Version: "2012-10-17"`,
		"    Statement:",
		"      - Effect: Allow",
		"        Action: secretsmanager:GetSecretValue",
		"        Resource: !Ref YoutubeSecretArn",
		"  - !Ref AWS::NoValue",
		"- !If",
		"  - OnAws",
		`  - Version: "2012-10-17"`,
		"    Statement:",
		"      - Effect: Allow",
		"        Action: [kms:Encrypt, kms:Decrypt]",
		"        Resource: !GetAtt Data.Outputs.YoutubeKmsKeyArn",
		`        Condition: {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": tenant}}`,
		"  - !Ref AWS::NoValue",
	}
}

// policies are the entries of a function's Policies.
func (s *stack) policies(row httpapi.Route, settings []string) (lines, error) {
	managed := lines{"AnonymousAccess"}
	if row.Credentials != 0 {
		managed = append(managed, "CredentialAccess")
	}
	var entries lines
	for _, id := range managed {
		if !s.resources[id] {
			return nil, fmt.Errorf("%s: its row needs the policy %s: declare it in template.yaml", row.Name, id)
		}
		entries = append(entries, "- !Ref "+id)
	}
	if r := roleOf(row); r != "" {
		entries = append(entries, "- !Ref "+r.policy())
	}
	if own := slices.Concat(before(row.Act), grants(row, settings)); len(own) > 0 {
		entries = append(entries, `- Version: "2012-10-17"`, "  Statement:")
		for _, st := range own {
			entries = append(entries, indented("    ", st.lines())...)
		}
	}
	if slices.Contains(settings, "IMAGE_PROVIDER") {
		entries = append(entries, painter()...)
	}
	if slices.Contains(settings, "STRIPE_SECRET_ARN") {
		entries = append(entries, payer()...)
	}
	if slices.Contains(settings, "YOUTUBE_SECRET_ARN") {
		entries = append(entries, channels()...)
	}
	return entries, nil
}

func (st statement) lines() lines {
	all := append(slices.Clone(st.why), "- Effect: Allow", "  Action: "+st.actions, strings.TrimRight("  Resource: "+st.resource[0], " "))
	all = append(all, indented("    ", st.resource[1:])...)
	if st.keys != "" {
		all = append(all, "  Condition:", "    ForAllValues:StringLike:", "      dynamodb:LeadingKeys: "+st.keys)
	}
	all = append(all, indented("  ", st.more)...)
	return all
}

func indented(by string, all lines) lines {
	var out lines
	for _, l := range all {
		out = append(out, by+l)
	}
	return out
}
