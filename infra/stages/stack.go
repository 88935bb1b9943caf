package stages

import (
	"fmt"
	"regexp"
)

// LongestStack is how long a stack's name may be. The vault's name is the stack's and
// sixteen characters more, of the fifty that AWS Backup takes, and the longest of a
// function has twenty-one more, of sixty-four; the rest is left for functions to come
// (TestNamesMadeOfTheStacksFit).
const LongestStack = 30

// SupportCase is where an account asks AWS for what no command gets, in every plan.
const SupportCase = "https://console.aws.amazon.com/support/home#/case/create"

var stackName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// CheckStack refuses a name that a deployment would fail of half way, when the first
// resource gets a name that is made of it.
func CheckStack(name string) error {
	if !stackName.MatchString(name) {
		return fmt.Errorf("STACK=%s is no name of a stack: small letters, digits and hyphens, a letter first", name)
	}
	if len(name) > LongestStack {
		return fmt.Errorf("STACK=%s has %d characters, at most %d: names of functions and of the vault are made of it, and AWS would refuse them", name, len(name), LongestStack)
	}
	return nil
}
