package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrHeldAt is when a drill last held.
const attrHeldAt = "held_at"

// Drills keeps when restoring was last tried. It implements backup.Drills.
type Drills struct{ *Client }

// NewDrills needs the directory table only.
func NewDrills(c *Client) *Drills { return &Drills{c} }

// LastDrill implements backup.Drills.
func (d *Drills) LastDrill(ctx context.Context) (backup.Drill, error) {
	it, err := d.Get(ctx, "read the last drill", d.Directory, drillKey())
	if err != nil || it == nil {
		return backup.Drill{}, err
	}
	last := backup.Drill{At: table.ReadMillis(it, attrAt), Result: backup.Result(table.ReadStr(it, attrResult))}
	if it[attrHeldAt] != nil {
		last.HeldAt = table.ReadMillis(it, attrHeldAt)
	}
	return last, nil
}

// RecordDrill keeps the last one. When one last held stays known where this one
// failed.
func (d *Drills) RecordDrill(ctx context.Context, done backup.Drill) error {
	in := &dynamodb.UpdateItemInput{
		TableName: aws.String(d.Directory), Key: drillKey(),
		UpdateExpression:          aws.String("SET #at = :at, #result = :result"),
		ExpressionAttributeNames:  map[string]string{"#at": attrAt, "#result": attrResult},
		ExpressionAttributeValues: table.Item{":at": table.Millis(done.At), ":result": table.Str(done.Result)},
	}
	if done.Result == backup.Held {
		in.UpdateExpression = aws.String(*in.UpdateExpression + ", #held = :at")
		in.ExpressionAttributeNames["#held"] = attrHeldAt
	}
	return table.Failed("record the drill", d.Update(ctx, in))
}
