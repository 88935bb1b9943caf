// Package privacy owns the one declaration of where data of people and tenants
// lives, as data that an exporter, an eraser and a scan for leftovers run on:
// what is where, whose it is, how it is found from its tenant, what goes into an
// export, how it is erased, what is kept and why. The data map in
// docs/privacy.md is generated from it, and tests refuse an item, attribute or
// object that it does not know.
package privacy

import (
	"slices"
	"time"
)

// Store is where data is kept.
type Store string

// The stores.
const (
	Platform  Store = "platform"  // DynamoDB table of what belongs to a tenant
	Directory Store = "directory" // DynamoDB table of what is looked up before the tenant is known
	Media     Store = "media"     // S3 bucket of what tenants make
	Ledger    Store = "ledger"    // S3 bucket of the archived ledger, which nothing can be deleted from before its time
	Workflow  Store = "workflow"  // Step Functions inputs, outputs and histories
	Logs      Store = "logs"      // CloudWatch logs, metrics, error reports
	Processor Store = "processor" // services that are handed data and keep none of it for us
)

// Stores lists every store.
func Stores() []Store { return []Store{Platform, Directory, Media, Ledger, Workflow, Logs, Processor} }

// Owner is whose data a place holds.
type Owner string

// The owners. What belongs to nobody was written before anybody was known, or
// names nobody.
const (
	Person Owner = "person" // one user of the tenant
	Tenant Owner = "tenant" // all of its users together
	Nobody Owner = "nobody"
)

// Export is what of a place goes into its owner's export.
type Export string

// The forms. Not one of them takes a field that is Secret.
const (
	AsItem   Export = "item"  // its fields, as JSON
	AsFile   Export = "file"  // the object, byte for byte
	AsLines  Export = "lines" // one JSON object in a line of a file for each
	Withheld Export = "none"  // Place.Withheld says why
)

// Erasure is how data goes when its owner's account is erased.
type Erasure string

// The ways.
const (
	ByPartition Erasure = "partition" // with everything in the tenant's two partitions
	ByPrefix    Erasure = "prefix"    // with everything below the tenant's prefix, all versions
	ByReference Erasure = "reference" // by the key that Place.Found fills, before the item it is read from
	ByExpiry    Erasure = "expiry"    // by itself, Place.Expires and ExpiryLag after it was written
	Kept        Erasure = "kept"      // not at all: Place.Kept says why, and until when
)

// Retention is what stays of an erased account.
type Retention struct {
	Ground string // the legal ground, by article
	Reason string // why this data falls under it
	Until  string // a setting's name, or a term
}

// Reference is where an erasure reads what the key of a place lacks: the value of
// Field in each item of the place From fills the variable of the same name as
// Variable in its pattern.
type Reference struct {
	Store    Store
	Kind     string // of the place that is read
	Field    string // pk and sk included
	Variable string // of the pattern that is filled, without brackets
}

// Place is one kind of item, object or record.
type Place struct {
	Store Store
	Kind  string // constant beginning of the sort key, of the directory's key, or of the object's name below the tenant's prefix
	// Key is the pattern of the whole key: of a platform item the partition and
	// the sort key, joined by " / "; of an object its full name.
	Key    Pattern
	Owner  Owner
	Fields []Field
	What   string
	Why    string

	Export   Export
	Withheld string // why it is not exported

	Erasure Erasure
	Found   *Reference    // with ByReference
	Expires time.Duration // when it ends by itself: how long it is good for after it was written
	Kept    *Retention    // with Kept
}

// Field is one attribute of an item, or a part of a record.
type Field struct {
	Name     string
	Means    string   // with its unit, for the export's data dictionary
	Personal bool     // says something of a person, directly
	Secret   bool     // would give access, or help to get it: in no export and no log
	Hidden   []string // of a map: members of its entries that are as secret
}

// ExpiryLag is how long after its time DynamoDB may still hold an item: within
// two days is typical. Readers check the time themselves.
const ExpiryLag = 48 * time.Hour

// Personal reports whether the place holds personal data at all.
func (p Place) Personal() bool { return len(p.PersonalFields()) > 0 }

// PersonalFields are the names of those fields that hold personal data.
func (p Place) PersonalFields() []string {
	var names []string
	for _, f := range p.Fields {
		if f.Personal {
			names = append(names, f.Name)
		}
	}
	return names
}

// Field returns a field by its name, those that any item may have included.
func (p Place) Field(name string) (Field, bool) {
	for _, f := range p.Fields {
		if f.Name == name {
			return f, true
		}
	}
	if p.Store == Platform || p.Store == Directory {
		for _, f := range anyItem() {
			if f.Name == name {
				return f, true
			}
		}
	}
	return Field{}, false
}

// AllFields are the fields of what is in the place, those that any item may have
// included.
func (p Place) AllFields() []Field {
	if p.Store == Platform || p.Store == Directory {
		return slices.Concat(p.Fields, anyItem())
	}
	return p.Fields
}

// anyItem are the fields that every item of the tables may have: its key, and
// what the index of open work and the expiry read.
func anyItem() []Field {
	return []Field{
		{Name: "pk", Means: "partition of the item; see its key's pattern"},
		{Name: "sk", Means: "name of the item in its partition"},
		{Name: "open", Means: "kind of work that is still to be done on it"},
		{Name: "due_at", Means: "when that work is overdue, milliseconds since 1970"},
		{Name: "expires_at", Means: "when it may be removed, seconds since 1970"},
	}
}
