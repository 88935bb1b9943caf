package table

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Millis is an instant in epoch milliseconds.
func Millis(t time.Time) types.AttributeValue { return Num(t.UnixMilli()) }

// Micros is an instant in epoch microseconds.
func Micros(t time.Time) types.AttributeValue { return Num(t.UnixMicro()) }

// TTLSeconds is an instant in whole epoch seconds, rounded up, as DynamoDB's TTL
// reads it.
func TTLSeconds(t time.Time) types.AttributeValue { return Num(t.Add(time.Second - 1).Unix()) }

// ReadMillis reads what Millis made, in UTC; an absent attribute is the zero time.
func ReadMillis(it Item, name string) time.Time {
	n := ReadNum(it, name)
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// ReadMicros reads what Micros made, in UTC; an absent attribute is 1970.
func ReadMicros(it Item, name string) time.Time { return time.UnixMicro(ReadNum(it, name)).UTC() }
