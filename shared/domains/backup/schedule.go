package backup

import (
	"strconv"
	"strings"
	"time"
)

// horizon is how far ahead a day is looked for: a schedule names one of each year
// at least.
const horizon = 366

// Next is the first moment after an instant at which a schedule is due, in UTC.
// The schedule is AWS Backup's: cron(minutes hours day-of-month month day-of-week
// year). ok is false for one that is not understood: a date would be made up.
func Next(schedule string, after time.Time) (due time.Time, ok bool) {
	inner, isCron := strings.CutPrefix(strings.TrimSpace(schedule), "cron(")
	fields := strings.Fields(strings.TrimSuffix(inner, ")"))
	if !isCron || len(fields) != 6 || fields[5] != "*" {
		return time.Time{}, false
	}
	minutes, hours := units(fields[0], 0, 59, ""), units(fields[1], 0, 23, "")
	days, months := units(fields[2], 1, 31, ""), units(fields[3], 1, 12, monthNames)
	weekdays := units(fields[4], 1, 7, dayNames) // 1 is Sunday
	if minutes == nil || hours == nil || days == nil || months == nil || weekdays == nil {
		return time.Time{}, false
	}
	after = after.UTC()
	day := time.Date(after.Year(), after.Month(), after.Day(), 0, 0, 0, 0, time.UTC)
	for range horizon + 1 {
		if days[day.Day()] && months[int(day.Month())] && weekdays[int(day.Weekday())+1] {
			for minute := range 24 * 60 {
				at := day.Add(time.Duration(minute) * time.Minute)
				if hours[at.Hour()] && minutes[at.Minute()] && at.After(after) {
					return at, true
				}
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

const (
	monthNames = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
	dayNames   = "SUN MON TUE WED THU FRI SAT"
)

// units reads one field: * and ? are all, then numbers, lists, ranges and steps.
// It is nil for what it cannot read, like the last day of a month.
func units(field string, least, most int, names string) map[int]bool {
	found := map[int]bool{}
	for part := range strings.SplitSeq(field, ",") {
		span, every, stepped := strings.Cut(part, "/")
		from, to, ok := spanOf(span, least, most, strings.Fields(names))
		step := 1
		if stepped {
			var err error
			if step, err = strconv.Atoi(every); err != nil || step < 1 {
				return nil
			}
			if span == strconv.Itoa(from) {
				to = most
			}
		}
		if !ok {
			return nil
		}
		for n := from; n <= to; n += step {
			found[n] = true
		}
	}
	return found
}

func spanOf(span string, least, most int, names []string) (from, to int, ok bool) {
	if span == "*" || span == "?" {
		return least, most, true
	}
	first, last, isRange := strings.Cut(span, "-")
	if !isRange {
		last = first
	}
	from, fromOK := unit(first, least, names)
	to, toOK := unit(last, least, names)
	return from, to, fromOK && toOK && least <= from && from <= to && to <= most
}

func unit(text string, least int, names []string) (int, bool) {
	for i, name := range names {
		if strings.EqualFold(text, name) {
			return least + i, true
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
