package restore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// place is where an item lies.
type place struct {
	store privacy.Store
	key   string // as privacy.Of reads it
}

// tenant is whose it is; "" of the directory, where nothing is a tenant's own.
func (p place) tenant() string {
	if p.store != privacy.Platform {
		return ""
	}
	partition, _, _ := strings.Cut(p.key, " / ")
	_, id, _ := strings.Cut(partition, "#")
	return id
}

// what names an item without what is in its key: that may be an address.
func (p place) what() string {
	kind := "an item of no declared kind"
	if found, _, known := privacy.Of(p.store, p.key); known {
		kind = string(found.Key)
	}
	if id := p.tenant(); id != "" {
		return id + ": " + kind
	}
	return string(p.store) + ": " + kind
}

// sum is the digest of an item.
type sum [16]byte

// content is an item's.
type content struct {
	sum     sum
	expires int64 // when it ends by itself, in seconds; 0 for never
}

// Contents is what is in both tables: a digest of each item. It takes some 150
// bytes of memory an item.
type Contents map[place]content

// Read reads both tables from end to end.
func (s Service) Read(ctx context.Context, tables Pair) (Contents, error) {
	all := Contents{}
	for store, table := range map[privacy.Store]string{privacy.Platform: tables.Platform, privacy.Directory: tables.Directory} {
		pages := dynamodb.NewScanPaginator(s.DB, &dynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", table, err)
			}
			for _, item := range page.Items {
				all[placeOf(store, item)] = contentOf(item)
			}
			s.Say(fmt.Sprintf("%d items read", len(all)))
		}
	}
	return all, nil
}

func placeOf(store privacy.Store, item map[string]types.AttributeValue) place {
	key := text(item["pk"])
	if store == privacy.Platform {
		key = privacy.ItemKey(key, text(item["sk"]))
	}
	return place{store, key}
}

func text(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func contentOf(item map[string]types.AttributeValue) content {
	digest := sha256.New()
	write(digest, &types.AttributeValueMemberM{Value: item})
	c := content{sum: sum(digest.Sum(nil))}
	if n, ok := item["expires_at"].(*types.AttributeValueMemberN); ok {
		c.expires, _ = strconv.ParseInt(n.Value, 10, 64) // what is no number ends nothing
	}
	return c
}

// write puts a value into a digest so that no two values give the same bytes: each
// with its type and length, the members of maps and sets in order.
func write(to hash.Hash, value types.AttributeValue) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		put(to, 'S', v.Value)
	case *types.AttributeValueMemberN:
		put(to, 'N', v.Value)
	case *types.AttributeValueMemberB:
		put(to, 'B', string(v.Value))
	case *types.AttributeValueMemberBOOL:
		put(to, 'O', strconv.FormatBool(v.Value))
	case *types.AttributeValueMemberNULL:
		put(to, 'U', "")
	case *types.AttributeValueMemberSS:
		writeSet(to, 's', v.Value)
	case *types.AttributeValueMemberNS:
		writeSet(to, 'n', v.Value)
	case *types.AttributeValueMemberBS:
		var all []string
		for _, b := range v.Value {
			all = append(all, string(b))
		}
		writeSet(to, 'b', all)
	case *types.AttributeValueMemberL:
		put(to, 'L', strconv.Itoa(len(v.Value)))
		for _, one := range v.Value {
			write(to, one)
		}
	case *types.AttributeValueMemberM:
		put(to, 'M', strconv.Itoa(len(v.Value)))
		for _, name := range slices.Sorted(maps.Keys(v.Value)) {
			put(to, 'K', name)
			write(to, v.Value[name])
		}
	}
}

func writeSet(to hash.Hash, kind byte, all []string) {
	put(to, kind, strconv.Itoa(len(all)))
	for _, one := range slices.Sorted(slices.Values(all)) {
		put(to, 'K', one)
	}
}

// put writes to a hash, which never fails.
func put(to hash.Hash, kind byte, value string) {
	_, _ = to.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(value))))
	_, _ = io.WriteString(to, value)
}

// Total is what the items of one tenant, or of a kind of the directory, come to.
type Total struct {
	Items int
	Sum   string // of all their digests, whatever their order
}

// Totals adds up by tenant; the directory is one.
func (c Contents) Totals() map[string]Total {
	counts, sums := map[string]int{}, map[string]sum{}
	for at, is := range c {
		of := at.tenant()
		if of == "" {
			of = string(at.store)
		}
		mixed, added := sums[of], sha256.Sum256(append([]byte(at.key), is.sum[:]...))
		for i := range mixed {
			mixed[i] ^= added[i]
		}
		counts[of]++
		sums[of] = mixed
	}
	all := map[string]Total{}
	for of, n := range counts {
		all[of] = Total{n, fmt.Sprintf("%x", sums[of])}
	}
	return all
}

// Of is what is there of one tenant: its two partitions.
func (c Contents) Of(id tenant.ID) (items int) {
	for at := range c {
		if at.tenant() == string(id) {
			items++
		}
	}
	return items
}
