package table

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Addition adds to numbers of one item, some of them only where there is room.
type Addition struct {
	adds, conditions []string
	names            map[string]string
	values           Item
}

// NewAddition adds nothing yet.
func NewAddition() *Addition { return &Addition{names: map[string]string{}, values: Item{}} }

// Add moves an attribute by n; an absent one is 0.
func (a *Addition) Add(attribute string, n int64) { a.add(attribute, n) }

// add returns the name that the attribute has in the expressions.
func (a *Addition) add(attribute string, n int64) string {
	name := fmt.Sprintf("n%d", len(a.adds))
	a.names["#"+name], a.values[":"+name] = attribute, Num(n)
	a.adds = append(a.adds, "#"+name+" :"+name)
	return name
}

// AddMost moves an attribute by n if it then is at most the given number. A
// condition cannot add, so it compares what is there with most less n.
func (a *Addition) AddMost(attribute string, n, most int64) {
	name := a.add(attribute, n)
	a.values[":room_"+name] = Num(most - n)
	condition := fmt.Sprintf("#%s <= :room_%s", name, name)
	if n <= most { // else not even the first fits: what is not there fails the comparison
		condition = fmt.Sprintf("(attribute_not_exists(#%s) OR %s)", name, condition)
	}
	a.conditions = append(a.conditions, condition)
}

// On is the addition as an action on an item, which it makes if it is absent. A
// refusal holds the item as it was.
func (a *Addition) On(table string, key Item) types.TransactWriteItem {
	update := &types.Update{
		TableName: aws.String(table), Key: key, UpdateExpression: aws.String("ADD " + strings.Join(a.adds, ", ")),
		ExpressionAttributeNames: a.names, ExpressionAttributeValues: a.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if len(a.conditions) > 0 {
		update.ConditionExpression = aws.String(strings.Join(a.conditions, " AND "))
	}
	return types.TransactWriteItem{Update: update}
}
