package dynamo

import (
	"hash/fnv"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// The index of open work. Only items with both attributes are in it.
const (
	openIndex = "open-work"
	attrOpen  = "open"   // the item's shard: kind#number
	attrDue   = "due_at" // epoch milliseconds
)

// openShards is over how many partitions of the index each kind is spread. It
// may grow, for readers go through all of them; it must not shrink while items
// stand in the shards that go.
const openShards = 8

// openShard is the partition of the index for an item with something open: a
// hash of its own key, so that one tenant's items are spread too (docs/adr/0013).
func openShard(kind openwork.Kind, key table.Item) types.AttributeValue {
	h := fnv.New32a()
	h.Write([]byte(table.ReadStr(key, table.PK) + table.ReadStr(key, table.SK)))
	return table.Str(shardName(kind, int(h.Sum32()%openShards)))
}

func shardName(kind openwork.Kind, number int) string {
	return string(kind) + "#" + strconv.Itoa(number)
}

// shardsOf lists where items of a kind stand. The last is where they all stood
// before there were shards. Most leave it within a day: they end, or are put
// anew. What stays is a deletion that fails each time, so the bare kind may go
// when a count of its partitions is zero in every stage.
func shardsOf(kind openwork.Kind) []string {
	all := make([]string, 0, openShards+1)
	for number := range openShards {
		all = append(all, shardName(kind, number))
	}
	return append(all, string(kind))
}
