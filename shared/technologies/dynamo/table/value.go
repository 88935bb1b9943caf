package table

import (
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Key attributes of both tables; the directory has no SK.
const (
	PK = "pk"
	SK = "sk"
)

// Item is the wire form of an item, a key, a map attribute or the values of an
// expression.
type Item = map[string]types.AttributeValue

// With returns a copy of key that also holds the given attributes.
func With(key, attributes Item) Item {
	out := make(Item, len(key)+len(attributes))
	for k, v := range key {
		out[k] = v
	}
	for k, v := range attributes {
		out[k] = v
	}
	return out
}

// Str makes the attribute value of a text.
func Str[S ~string](v S) types.AttributeValue { return &types.AttributeValueMemberS{Value: string(v)} }

// Num makes that of a whole number.
func Num(v int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
}

// Flag makes that of a truth value.
func Flag(v bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: v} }

// Fields makes that of a map.
func Fields(v Item) types.AttributeValue { return &types.AttributeValueMemberM{Value: v} }

// Strs makes that of a set of texts, which must not be empty.
func Strs[S ~string](v ...S) types.AttributeValue {
	set := make([]string, len(v))
	for i, s := range v {
		set[i] = string(s)
	}
	return &types.AttributeValueMemberSS{Value: set}
}

// ReadStr reads a text. As with the readers below, an absent attribute or one of
// another type reads as the zero value.
func ReadStr(it Item, name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// ReadNum reads a whole number.
func ReadNum(it Item, name string) int64 {
	if v, ok := it[name].(*types.AttributeValueMemberN); ok {
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err == nil {
			return n
		}
	}
	return 0
}

// ReadFlag reads a truth value.
func ReadFlag(it Item, name string) bool {
	v, ok := it[name].(*types.AttributeValueMemberBOOL)
	return ok && v.Value
}

// ReadFields reads a map.
func ReadFields(it Item, name string) Item {
	if v, ok := it[name].(*types.AttributeValueMemberM); ok {
		return v.Value
	}
	return nil
}

// ReadStrs reads a set of texts, sorted.
func ReadStrs(it Item, name string) []string {
	if v, ok := it[name].(*types.AttributeValueMemberSS); ok {
		return slices.Sorted(slices.Values(v.Value))
	}
	return nil
}
