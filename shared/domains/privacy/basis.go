package privacy

// Basis is the legal ground on which personal data is processed.
type Basis string

// The grounds, by article of the GDPR.
const (
	Contract Basis = "Art. 6(1)(b)" // to do what the person asked for
	Interest Basis = "Art. 6(1)(f)" // because we, or somebody else, need it more than it harms
)

// interests lists what is not needed to do what the person asked for, by store and
// kind, with whose interest it is. All other personal data is Contract.
func interests() map[Store]map[string]string {
	const secure = "to keep accounts safe from others"
	return map[Store]map[string]string{
		Platform: {
			"SESSION#":    secure,
			"INVITATION#": "the inviting account's; whoever is invited has no contract with us yet",
			"ROSTER":      "the inviting account's: not to invite an address twice",
		},
		Directory: {
			"MAILRATE#": "not to be used to flood somebody with mail",
			"GUESS#":    secure,
			"SUPPRESS#": "not to mail who does not want it, or cannot get it",
			"RATE#":     "to serve all in spite of those who flood",
			"MAILCALL#": "not to be used to flood somebody with mail",
		},
		Logs: {"undelivered": "to find and repair what went wrong"},
	}
}

// Basis is the ground for the personal data of a place, and with Interest whose it
// is; "" for a place that holds none.
func (p Place) Basis() (ground Basis, interest string) {
	if !p.Personal() {
		return "", ""
	}
	if interest, listed := interests()[p.Store][p.Kind]; listed {
		return Interest, interest
	}
	return Contract, ""
}

// Interests is how many places are listed as processed for an interest.
func Interests() int {
	n := 0
	for _, kinds := range interests() {
		n += len(kinds)
	}
	return n
}
