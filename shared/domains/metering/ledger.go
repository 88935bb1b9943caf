package metering

import "time"

// Row is one line of the ledger. The rows of a month add up to its counter, and
// those of all months to what is stored now. Subject is the job, the image or
// the upload that it belongs to. A reservation has an odd number, the settlement
// that ends it the even number after it: attempt k of a subject has 2k-1 and 2k.
// What is stored of a subject may change afterwards: its deletion has number 0,
// a correction a negative one. The row's key, written if it does not exist, is
// what makes each of them happen exactly once.
type Row struct {
	Period   Period // of the reservation, also when it settles in a later month
	Subject  string
	Number   int       // of the change, see above
	Taken    Amounts   // change of what is taken, stored units
	Reserved Amounts   // change of what is reserved, stored units
	At       time.Time // kept in whole milliseconds
}

// Reserve is the row that takes amounts for an attempt (1, 2, …).
func Reserve(p Period, subject string, attempt int, amounts Amounts, at time.Time) Row {
	return Row{Period: p, Subject: subject, Number: 2*attempt - 1, Taken: amounts, Reserved: amounts, At: at}
}

// Settle is the row that ends an attempt's reservation: what was reserved goes,
// what was really used stays. used may exceed what was reserved.
func Settle(p Period, subject string, attempt int, reserved, used Amounts, at time.Time) Row {
	return Row{
		Period: p, Subject: subject, Number: 2 * attempt, At: at,
		Taken: used.Minus(reserved), Reserved: Amounts{}.Minus(reserved),
	}
}

// Release is the row that gives back what was stored of a subject when it is
// deleted. Its month is the deletion's own: a level has no month to return to.
func Release(subject string, stored int64, at time.Time) Row {
	return Row{Period: PeriodOf(at), Subject: subject, Taken: Amounts{StorageMB: -stored}, Reserved: Amounts{}, At: at}
}

// Correct is the nth row (1, 2, …) that brings what is counted of a subject's
// storage to what is really there.
func Correct(subject string, nth int, counted, found int64, at time.Time) Row {
	return Row{Period: PeriodOf(at), Subject: subject, Number: -nth, Taken: Amounts{StorageMB: found - counted}, Reserved: Amounts{}, At: at}
}

// Sum adds rows up to what the counter must hold.
func Sum(rows []Row) Counter {
	total := Counter{Taken: Amounts{}, Reserved: Amounts{}}
	for _, r := range rows {
		total.Taken = total.Taken.Plus(r.Taken)
		total.Reserved = total.Reserved.Plus(r.Reserved)
	}
	return total
}
