package tenant

import "context"

// Reach says which of a tenant's two partitions a scope opens, and how.
type Reach int

// The reaches. None is the zero value: a context without a scope opens nothing.
const (
	ReachNone       Reach = iota
	ReachCredential       // A#<tenant>, by item, with the function's own role: while a credential is checked
	ReachTenant           // T#<tenant>, tenants/<tenant>/ and what the act opens beside them, through the tenant role
	ReachSweep            // Query on the index of open work only: no tenant's items
	ReachSignIn           // A#<tenant> and T#<tenant> by item, with the function's own role: sign-in alone
)

// Scope is whose data the running call may touch, and what it does.
type Scope struct {
	Tenant ID
	Reach  Reach
	Act    Act
}

type scopeKey struct{}

// Doing says what the function does, at the root of a call: before a tenant is
// known. The scopes below keep it.
func Doing(ctx context.Context, act Act) context.Context {
	s := ScopeFrom(ctx)
	s.Act = act
	return context.WithValue(ctx, scopeKey{}, s)
}

// WithCredential opens A#<id> for the check of a credential that names id. The
// id is a claim at that point, not yet a fact.
func WithCredential(ctx context.Context, id ID) context.Context {
	return withReach(ctx, id, ReachCredential)
}

// WithSignIn opens both partitions of id, by item, for the one transaction of
// a sign-in, which may create the tenant: no tenant credential exists before it.
func WithSignIn(ctx context.Context, id ID) context.Context {
	return withReach(ctx, id, ReachSignIn)
}

// WithTenant opens the data partition of id, and what the act opens of it. Call
// it only with an id that a verified credential, or our own workflow input, named.
func WithTenant(ctx context.Context, id ID) context.Context {
	return withReach(ctx, id, ReachTenant)
}

// WithSweep opens the index of open work, across tenants, and nothing else.
func WithSweep(ctx context.Context) context.Context {
	return withReach(ctx, "", ReachSweep)
}

// WithNobody leaves the tenant's scope for what concerns no tenant, under the
// function's own role: what the act lists as Before.
func WithNobody(ctx context.Context) context.Context {
	return withReach(ctx, "", ReachNone)
}

func withReach(ctx context.Context, id ID, reach Reach) context.Context {
	return context.WithValue(ctx, scopeKey{}, Scope{Tenant: id, Reach: reach, Act: ScopeFrom(ctx).Act})
}

// ScopeFrom returns the scope of ctx; the zero Scope opens nothing.
func ScopeFrom(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}
