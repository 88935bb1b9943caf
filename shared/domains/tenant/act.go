package tenant

import "slices"

// Act names what a function does with data beyond its caller's own partition
// T#<tenant> and prefix tenants/<tenant>/, which a verified credential always
// opens. A route's row, or a worker's build, names the act; what the act opens
// is declared here alone, for the guard, the session policy, the template and
// the tests that evaluate its policies.
type Act string

// The acts. None is what most functions do.
const (
	None    Act = ""
	AskLink Act = "ask-link" // mail a sign-in link
	SignIn  Act = "sign-in"  // use one up; creates the tenant the first time
	Manage  Act = "manage"   // work on the tenant's own credentials: users, sessions, keys
	Render  Act = "render"   // admit and end jobs, of which all tenants together have only so many
	Archive Act = "archive"  // copy the ledger into locked segments, and check them
)

// Opening is what an act opens.
type Opening struct {
	Act Act
	// Credentials: the partition A#<tenant> of the caller's own tenant.
	Credentials bool
	// Directory lists keys of the directory, and prefixes, which end in "#".
	Directory []string
	// Before says that the act happens before any credential is verified, and so
	// under the function's own role.
	Before bool
}

// Openings lists every act but None.
func Openings() []Opening {
	return []Opening{
		{Act: AskLink, Directory: []string{"MAILRATE#", "LINK#"}, Before: true},
		{Act: SignIn, Credentials: true, Directory: []string{"ADDR#", "MAILRATE#", "LINK#"}, Before: true},
		{Act: Manage, Credentials: true},
		{Act: Render, Directory: []string{"SLOTS#render"}},
		{Act: Archive},
	}
}

// Opens is what an act opens; nothing for None.
func (a Act) Opens() Opening {
	all := Openings()
	i := slices.IndexFunc(all, func(o Opening) bool { return o.Act == a })
	if i < 0 {
		return Opening{Act: a}
	}
	return all[i]
}
