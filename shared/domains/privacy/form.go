package privacy

import "time"

// Most places have one of few forms; the methods say what differs.

// item is a kind of item in one of a tenant's two partitions, A or T, with its sort
// key: it is exported as it is, and goes with its partition.
func item(partition, kind, rest string, whose Owner, what, why string, fields ...Field) Place {
	return Place{
		Store: Platform, Kind: kind, Key: Pattern(ItemKey(partition+"#<tenant>", kind+rest)), Owner: whose, What: what, Why: why,
		Fields: fields, Export: AsItem, Erasure: ByPartition,
	}
}

// lookup is a kind of directory item. Its key is one value, called variable, which
// key describes. How it goes is for a method to say.
func lookup(kind, variable string, whose Owner, what, why string, key Field, fields ...Field) Place {
	key.Name, key.Means = "pk", key.Means+", after "+kind
	return Place{
		Store: Directory, Kind: kind, Key: Pattern(kind + "<" + variable + ">"), Owner: whose, What: what, Why: why,
		Fields: append([]Field{key}, fields...),
	}
}

// object is a kind of file of a tenant's.
func object(kind string, key Pattern, what, why string) Place {
	return Place{
		Store: Media, Kind: kind, Key: key, Owner: Tenant, What: what, Why: why,
		Fields: []Field{{Name: "content", Means: "the file", Personal: true}}, Export: AsFile, Erasure: ByPrefix,
	}
}

func (p Place) withheld(why string) Place { p.Export, p.Withheld = Withheld, why; return p }

func (p Place) ending(after time.Duration) Place { p.Expires = after; return p }

// endingAlone goes in no other way.
func (p Place) endingAlone(after time.Duration) Place {
	p.Erasure = ByExpiry
	return p.ending(after)
}

// named is found by a field of other items, which fills the variable of its key.
func (p Place) named(by Store, kind, field, variable string) Place {
	p.Erasure, p.Found = ByReference, &Reference{Store: by, Kind: kind, Field: field, Variable: variable}
	return p
}

// ofUser is named by the address of a user.
func (p Place) ofUser() Place { return p.named(Platform, "USER#", "email", "address") }

// ofInstallation is why what says nothing of a person stays.
func ofInstallation(reason string) *Retention {
	return &Retention{Ground: "no personal data", Reason: reason, Until: "the end of the installation"}
}

// counted are the fields that hold something to a rate; what is counted one by one,
// like "request".
func counted(held, one string) []Field {
	return []Field{
		{Name: "tat", Means: "arrival time that " + held + " held by, microseconds since 1970"},
		{Name: "last", Means: "random number of the " + one + " that was counted last"},
	}
}

// moment is a field of a time, to the microsecond.
func moment(name, means string) Field {
	if means != "" {
		means += ", "
	}
	return Field{Name: name, Means: means + "microseconds since 1970"}
}

// accountStatus is the tenant's status, kept with what acts for it.
func accountStatus() Field {
	return Field{Name: "status", Means: "the account's: active, or frozen once the erasure has begun"}
}

func role() Field { return Field{Name: "role", Means: "owner or member"} }

func (f Field) personal() Field { f.Personal = true; return f }
