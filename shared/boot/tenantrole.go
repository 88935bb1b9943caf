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
	tenantSessions   = 256              // tenants whose credentials one process keeps
	tenantSessionFor = time.Hour        // STS's default and the longest for chained roles
	renewBefore      = 20 * time.Minute // longer than a presigned URL lives (15 minutes)
)

// tenantCredentials answers the SDK's question "who signs this call?" by the
// scope in the call's context: the tenant role, narrowed to the caller's
// partition, for tenant data; the function's own role for everything else.
type tenantCredentials struct {
	own     aws.CredentialsProvider
	sts     *sts.Client
	roleARN string
	now     func() time.Time

	mu    sync.Mutex
	cache map[tenant.ID]aws.Credentials
	order []tenant.ID // least recently added first
}

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
		cache: map[tenant.ID]aws.Credentials{},
	}
}

// Retrieve implements aws.CredentialsProvider.
func (t *tenantCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	scope := tenant.ScopeFrom(ctx)
	if scope.Reach != tenant.ReachTenant || !holdsTenantData(awsmiddleware.GetServiceID(ctx)) {
		return t.own.Retrieve(ctx)
	}
	if c, ok := t.cached(scope.Tenant); ok {
		return c, nil
	}
	c, err := t.assume(ctx, scope.Tenant)
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("assume tenant role: %w", err)
	}
	t.keep(scope.Tenant, c)
	return c, nil
}

// holdsTenantData names the services that the tenant role is for. Any other call
// in a tenant's request (speech, pictures, workflows) is the function's own.
func holdsTenantData(service string) bool { return service == "DynamoDB" || service == "S3" }

func (t *tenantCredentials) cached(id tenant.ID) (aws.Credentials, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, ok := t.cache[id]
	return c, ok && c.Expires.Sub(t.now()) > renewBefore
}

func (t *tenantCredentials) keep(id tenant.ID, c aws.Credentials) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.cache[id]; !known {
		t.order = append(t.order, id)
	}
	t.cache[id] = c
	for len(t.order) > tenantSessions {
		delete(t.cache, t.order[0])
		t.order = t.order[1:]
	}
}

func (t *tenantCredentials) assume(ctx context.Context, id tenant.ID) (aws.Credentials, error) {
	policy, err := sessionPolicy(id)
	if err != nil {
		return aws.Credentials{}, err
	}
	// The call itself must be signed by the function's own role.
	out, err := t.sts.AssumeRole(tenant.WithCredential(ctx, id), &sts.AssumeRoleInput{
		RoleArn:         aws.String(t.roleARN),
		RoleSessionName: aws.String("tenant-" + string(id)),
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

// sessionPolicy narrows the tenant role to one tenant. It names tables and buckets
// by pattern: the role that it narrows says which. SLOTS#render is the one key
// outside the tenant's partition, open to the job role only. Scan and PartiQL are not
// among the actions: ForAllValues is true for a request without leading keys.
func sessionPolicy(id tenant.ID) (string, error) {
	type statement struct {
		Effect    string
		Action    []string
		Resource  []string
		Condition map[string]map[string][]string `json:",omitempty"`
	}
	doc := struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{
		{
			Effect: "Allow",
			Action: []string{
				"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem",
				"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem",
			},
			Resource:  []string{"arn:aws:dynamodb:*:*:table/*"},
			Condition: map[string]map[string][]string{"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": {"T#" + string(id), "SLOTS#render"}}},
		},
		{
			Effect:   "Allow",
			Action:   []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
			Resource: []string{"arn:aws:s3:::*/tenants/" + string(id) + "/*"},
		},
		{
			Effect:    "Allow",
			Action:    []string{"s3:ListBucket"},
			Resource:  []string{"arn:aws:s3:::*"},
			Condition: map[string]map[string][]string{"StringLike": {"s3:prefix": {"tenants/" + string(id) + "/*"}}},
		},
	}}
	b, err := json.Marshal(doc)
	return string(b), err
}
