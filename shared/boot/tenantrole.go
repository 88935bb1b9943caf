package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	tenantSessions   = 256              // credentials that one process keeps
	tenantSessionFor = time.Hour        // STS's default and the longest for chained roles
	renewBefore      = 20 * time.Minute // longer than a presigned URL lives (15 minutes)
)

// tenantCredentials answers the SDK's question "who signs this call?" by the
// scope in the call's context: the tenant role, narrowed to the caller's own and
// to what the act opens, for tenant data; the function's own role for everything
// else.
type tenantCredentials struct {
	own     aws.CredentialsProvider
	sts     *sts.Client
	roleARN string
	now     func() time.Time

	mu    sync.Mutex
	cache map[tenant.Scope]aws.Credentials
	order []tenant.Scope // least recently added first
}

// Does says what a function beside the API (a worker, a queue's or a raw function)
// does beyond working on its tenants' own data; its build calls it. An API
// function's row says it.
func (rt *Runtime) Does(act tenant.Act) { rt.act = act }

// followTenant makes every client built from cfg sign by its call's scope. A
// function without TENANT_ROLE_ARN touches no tenant data: calls.Watch refuses
// what it should not be asked.
func followTenant(cfg *aws.Config, roleARN string) {
	if roleARN == "" {
		return
	}
	own := cfg.Credentials
	cfg.Credentials = &tenantCredentials{
		own: own, sts: sts.NewFromConfig(*cfg), roleARN: roleARN, now: time.Now,
		cache: map[tenant.Scope]aws.Credentials{},
	}
}

// Retrieve implements aws.CredentialsProvider.
func (t *tenantCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	scope := tenant.ScopeFrom(ctx)
	if scope.Reach != tenant.ReachTenant || !holdsTenantData(awsmiddleware.GetServiceID(ctx)) {
		return t.own.Retrieve(ctx)
	}
	if c, ok := t.cached(scope); ok {
		return c, nil
	}
	c, err := t.assume(ctx, scope)
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("assume tenant role: %w", err)
	}
	t.keep(scope, c)
	return c, nil
}

// holdsTenantData names the services that the tenant role is for. Any other call
// in a tenant's request (speech, pictures, workflows) is the function's own.
func holdsTenantData(service string) bool { return service == "DynamoDB" || service == "S3" }

func (t *tenantCredentials) cached(scope tenant.Scope) (aws.Credentials, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, ok := t.cache[scope]
	return c, ok && c.Expires.Sub(t.now()) > renewBefore
}

func (t *tenantCredentials) keep(scope tenant.Scope, c aws.Credentials) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.cache[scope]; !known {
		t.order = append(t.order, scope)
	}
	t.cache[scope] = c
	for len(t.order) > tenantSessions {
		delete(t.cache, t.order[0])
		t.order = t.order[1:]
	}
}

func (t *tenantCredentials) assume(ctx context.Context, scope tenant.Scope) (aws.Credentials, error) {
	policy, err := SessionPolicy(scope.Tenant, scope.Act.Opens())
	if err != nil {
		return aws.Credentials{}, err
	}
	// The call itself must be signed by the function's own role.
	out, err := t.sts.AssumeRole(tenant.WithCredential(ctx, scope.Tenant), &sts.AssumeRoleInput{
		RoleArn:         aws.String(t.roleARN),
		RoleSessionName: aws.String("tenant-" + string(scope.Tenant)),
		Policy:          aws.String(policy),
		DurationSeconds: aws.Int32(int32(tenantSessionFor.Seconds())),
	})
	if err != nil {
		return aws.Credentials{}, err
	}
	return aws.Credentials{
		AccessKeyID:     aws.ToString(out.Credentials.AccessKeyId),
		SecretAccessKey: aws.ToString(out.Credentials.SecretAccessKey),
		SessionToken:    aws.ToString(out.Credentials.SessionToken),
		Expires:         aws.ToTime(out.Credentials.Expiration),
		CanExpire:       true,
	}, nil
}

// SessionPolicy narrows a tenant role to one tenant and to what an act opens of
// it. It names tables and buckets by pattern: the role that it narrows says
// which. Scan and PartiQL are not among the actions: ForAllValues is true for a
// request without leading keys.
func SessionPolicy(id tenant.ID, opening tenant.Opening) (string, error) {
	if opening.Only != nil {
		return surveying(id, opening)
	}
	doc := policy{"2012-10-17", []statement{
		{
			Effect: "Allow",
			Action: []string{
				"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem",
				"dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem",
			},
			Resource:  []string{"arn:aws:dynamodb:*:*:table/*"},
			Condition: leadingKeys(id, opening),
		},
		{
			Effect:   "Allow",
			Action:   []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
			Resource: []string{"arn:aws:s3:::*/" + tenant.ObjectPrefix(id) + "*"},
		},
		{
			Effect:    "Allow",
			Action:    []string{"s3:ListBucket"},
			Resource:  []string{"arn:aws:s3:::*"},
			Condition: condition{"StringLike": {"s3:prefix": {tenant.ObjectPrefix(id) + "*"}}},
		},
	}}
	if opening.Empties {
		doc.Statement = append(doc.Statement, emptying(id)...)
	}
	doc.Statement = append(doc.Statement, versions(id, opening)...)
	b, err := json.Marshal(doc)
	return string(b), err
}

// surveying is the session policy of an act that asks for some attributes only. The
// names that a request gives are all that a policy sees of it, so that one which gives
// none, and would be answered everything, is refused by what it selects.
func surveying(id tenant.ID, opening tenant.Opening) (string, error) {
	only := leadingKeys(id, opening)
	only["ForAllValues:StringEquals"]["dynamodb:Attributes"] = opening.Only
	only["StringEquals"] = map[string][]string{"dynamodb:Select": {"SPECIFIC_ATTRIBUTES"}}
	b, err := json.Marshal(policy{"2012-10-17", []statement{{
		Effect: "Allow", Action: []string{"dynamodb:Query"}, Resource: []string{"arn:aws:dynamodb:*:*:table/*"}, Condition: only,
	}}})
	return string(b), err
}

// emptying is what removes a tenant's objects for good. A listing of unfinished
// uploads knows no condition on its prefix; the guard does.
func emptying(id tenant.ID) []statement {
	return []statement{
		{
			Effect: "Allow", Action: []string{"s3:DeleteObjectVersion", "s3:AbortMultipartUpload"},
			Resource: []string{"arn:aws:s3:::*/" + tenant.ObjectPrefix(id) + "*"},
		},
		{
			Effect: "Allow", Action: []string{"s3:ListBucketVersions"}, Resource: []string{"arn:aws:s3:::*"},
			Condition: condition{"StringLike": {"s3:prefix": {tenant.ObjectPrefix(id) + "*"}}},
		},
		{Effect: "Allow", Action: []string{"s3:ListBucketMultipartUploads"}, Resource: []string{"arn:aws:s3:::*"}},
	}
}

// versions is what an act opens of the versions of a tenant's objects. A listing of
// unfinished uploads knows no condition on its prefix; the guard does.
func versions(id tenant.ID, opening tenant.Opening) []statement {
	var all []statement
	below := "arn:aws:s3:::*/" + tenant.ObjectPrefix(id)
	if opening.Versions {
		all = append(all, statement{Effect: "Allow", Action: []string{"s3:GetObjectVersion"}, Resource: []string{below + "*"}})
	}
	if opening.Clears != "" {
		all = append(
			all, statement{
				Effect:   "Allow",
				Action:   []string{"s3:DeleteObjectVersion", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"},
				Resource: []string{below + opening.Clears + "*"},
			},
			statement{Effect: "Allow", Action: []string{"s3:ListBucketMultipartUploads"}, Resource: []string{"arn:aws:s3:::*"}},
		)
	}
	if len(all) > 0 {
		all = append(all, statement{
			Effect: "Allow", Action: []string{"s3:ListBucketVersions"}, Resource: []string{"arn:aws:s3:::*"},
			Condition: condition{"StringLike": {"s3:prefix": {tenant.ObjectPrefix(id) + "*"}}},
		})
	}
	return all
}

type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect    string
	Action    []string
	Resource  []string
	Condition condition `json:",omitempty"`
}

type condition = map[string]map[string][]string

// leadingKeys are the keys in one condition, not in one for each table: a
// transaction over both may be judged by the keys of all its actions. Whole keys
// are compared as they are. An act that opens a prefix needs patterns; neither an
// id nor a whole key holds a wildcard, so that each still means itself.
func leadingKeys(id tenant.ID, opening tenant.Opening) condition {
	keys, operator := []string{tenant.DataPartition(id)}, "ForAllValues:StringEquals"
	if opening.Credentials {
		keys = append(keys, tenant.CredentialsPartition(id))
	}
	for _, key := range opening.Directory {
		if tenant.IsPrefix(key) {
			key, operator = key+"*", "ForAllValues:StringLike"
		}
		keys = append(keys, key)
	}
	return condition{operator: {"dynamodb:LeadingKeys": keys}}
}
