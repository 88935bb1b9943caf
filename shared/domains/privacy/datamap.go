package privacy

import (
	"fmt"
	"strings"
	"time"
)

// DataMap is the declaration as Markdown, for docs/privacy.md: a section for
// each store, a table of its places, and what stays of an erased account.
func DataMap() string {
	var doc strings.Builder
	for _, store := range Stores() {
		places := In(store)
		if len(places) == 0 {
			continue
		}
		fmt.Fprintf(&doc, "### %s\n\n| what | key | whose | personal | why | ground | export | erasure |\n|---|---|---|---|---|---|---|---|\n", storeTitle(store))
		for _, p := range places {
			fmt.Fprintf(&doc, "| %s | `%s` | %s | %s | %s | %s | %s | %s |\n",
				p.What, p.Key, p.Owner, personal(p), p.Why, grounded(p), exported(p), erased(p))
		}
		doc.WriteString("\n")
	}
	doc.WriteString("### What stays of an erased account\n\n| what | ground | why | until |\n|---|---|---|---|\n")
	for _, p := range Declaration() {
		if p.Kept != nil && p.Owner != Nobody {
			fmt.Fprintf(&doc, "| %s | %s | %s | %s |\n", p.What, p.Kept.Ground, p.Kept.Reason, p.Kept.Until)
		}
	}
	return doc.String()
}

func storeTitle(s Store) string {
	switch s {
	case Platform:
		return "Platform table (DynamoDB)"
	case Directory:
		return "Directory table (DynamoDB)"
	case Media:
		return "Media bucket (S3)"
	case Ledger:
		return "Ledger bucket (S3, locked)"
	case Workflow:
		return "Workflow histories (Step Functions)"
	case Logs:
		return "Logs, metrics, error reports"
	}
	return "Processors"
}

func personal(p Place) string {
	if names := p.PersonalFields(); len(names) > 0 {
		return "`" + strings.Join(names, "`, `") + "`"
	}
	return "no"
}

func grounded(p Place) string {
	switch ground, interest := p.Basis(); {
	case ground == "":
		return "-"
	case interest != "":
		return string(ground) + ", " + interest
	default:
		return string(ground)
	}
}

func exported(p Place) string {
	switch p.Export {
	case AsItem:
		return "as JSON"
	case AsFile:
		return "as it is"
	case AsLines:
		return "as lines of JSON"
	}
	return "no: " + p.Withheld
}

func erased(p Place) string {
	var how string
	switch p.Erasure {
	case ByPartition:
		how = "with the account's partitions"
	case ByPrefix:
		how = "with the account's prefix, all versions"
	case ByReference:
		how = fmt.Sprintf("by `%s` of `%s`, before that item", p.Found.Field, p.Found.Kind)
	case ByExpiry:
		return "by itself, " + term(p.Expires) + lag(p)
	default:
		return "kept: " + p.Kept.Reason
	}
	if p.Expires > 0 {
		how += "; by itself " + term(p.Expires) + lag(p)
	}
	return how
}

// Ends says when what ends by itself is gone.
func (p Place) Ends() string { return term(p.Expires) + lag(p) }

// lag says how exactly a place keeps its time: DynamoDB removes late.
func lag(p Place) string {
	if p.Store == Platform || p.Store == Directory {
		return " after it was written, and up to " + term(ExpiryLag) + " more until the database has removed it"
	}
	return " after it was written"
}

// term writes a duration in the largest unit that it is a whole number of.
func term(d time.Duration) string {
	for _, unit := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := d / unit.long; n > 0 && d%unit.long == 0 {
			if n == 1 {
				return "one " + unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return d.String()
}
