package main

import "testing"

// Every API function starts with what its template gives it: a parameter that
// was renamed there is told here, not chosen in vain.
func TestChosenParametersAreThoseOfTheTemplate(t *testing.T) {
	t.Parallel()
	e, err := newEnvironment("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	e.chosen["MagicLinkFrom"] = "no-reply@devotional.local"
	if err := declared(e.templates, e.chosen); err == nil {
		t.Error("a parameter that no template has is chosen without a word")
	}
}
