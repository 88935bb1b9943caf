package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	kindAudit = "AUDIT#" // an act: AUDIT#<month>#<id>

	attrAction  = "action"
	attrResult  = "result"
	attrActor   = "actor"
	attrSession = "session" // the actor's
	attrTarget  = "target"
)

func auditKey(t tenant.ID, e audit.Entry) table.Item { return dataKey(t, kindAudit+e.Month()+"#"+e.ID) }

// audited is the action that records an act, for the transaction of the act.
func (c *Client) audited(t tenant.ID, e audit.Entry) types.TransactWriteItem {
	it := table.Item{
		attrAt: table.Millis(e.At), attrAction: table.Str(e.Action), attrResult: table.Str(e.Result), attrActor: table.Str(e.Actor),
	}
	for name, value := range map[string]string{attrSession: e.Session, attrTarget: e.Target, attrDetail: e.Detail} {
		if value != "" {
			it[name] = table.Str(value)
		}
	}
	return table.PutNew(c.Platform, table.With(auditKey(t, e), it))
}
