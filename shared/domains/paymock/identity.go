package paymock

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"regexp"
	"strings"
)

// keyLength is how many characters of an id say whose it is.
const keyLength = 16

// idForm is the form of every id: a kind, the customer's key, and what tells it
// from the customer's others.
var idForm = regexp.MustCompile(`^(cus|cs_test|bps|sub|si|in|il|pi|ch|re|dp|evt)_([a-z2-7]{16})([0-9A-Za-z]{0,40})$`)

// keyOf is the customer's key in an id, "" for what is no id.
func keyOf(id string) string {
	if m := idForm.FindStringSubmatch(id); m != nil {
		return m[2]
	}
	return ""
}

// CustomerOf is the customer that an id belongs to, "" for what is no id.
func CustomerOf(id string) string {
	if key := keyOf(id); key != "" {
		return "cus_" + key
	}
	return ""
}

// customerFor is the id of the customer that a request with this key makes: the
// same for the same key, so that a customer is made once.
func customerFor(key string) string {
	sum := sha256.Sum256([]byte("customer\x00" + key))
	return "cus_" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:keyLength]
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
