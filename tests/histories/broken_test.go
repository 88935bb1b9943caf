package histories

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
)

// Meters with faults that a careless store could have. The model must find
// each of them out.

// few is what those know that write a counter themselves.
var few = about{metrics: 2}

// raw writes a tenant's counter behind the product's back.
type raw struct {
	product
	tenancy
	db *dynamodb.Client
}

func newRaw(w tenancy) raw {
	return raw{product: newProduct(w.id, w.sane), tenancy: w, db: dynamodb.NewFromConfig(w.tables.AWS)}
}

func (r raw) key() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "T#" + string(r.tenancy.id)},
		"sk": &types.AttributeValueMemberS{Value: "USAGE#" + string(metering.PeriodOf(now))},
	}
}

// attributes are a counter's as they are stored.
func attributes(c metering.Counter) map[string]types.AttributeValue {
	all := map[string]types.AttributeValue{}
	for _, m := range metrics[:few.metrics] {
		all[string(m)+"_taken"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(c.Taken[m], 10)}
		all[string(m)+"_reserved"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(c.Reserved[m], 10)}
	}
	return all
}

// put overwrites the counter.
func (r raw) put(ctx context.Context, c metering.Counter) error {
	item := attributes(c)
	for name, value := range r.key() {
		item[name] = value
	}
	_, err := r.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(r.tables.Platform), Item: item})
	return err
}

// add adds to the counter, whatever it holds.
func (r raw) add(ctx context.Context, c metering.Counter) error {
	update, names, values := "ADD ", map[string]string{}, map[string]types.AttributeValue{}
	for name, value := range attributes(c) {
		if len(names) > 0 {
			update += ", "
		}
		short := strconv.Itoa(len(names))
		update += "#n" + short + " :v" + short
		names["#n"+short], values[":v"+short] = name, value
	}
	_, err := r.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(r.tables.Platform), Key: r.key(), UpdateExpression: aws.String(update),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	return err
}

// addLevel adds to one number of the levels.
func (r raw) addLevel(ctx context.Context, attribute string, n int64) error {
	key := r.key()
	key["sk"] = &types.AttributeValueMemberS{Value: "USAGE#level"}
	_, err := r.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(r.tables.Platform), Key: key, UpdateExpression: aws.String("ADD #n :n"),
		ExpressionAttributeNames:  map[string]string{"#n": attribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}},
	})
	return err
}

// readsAndPuts loses what others count between its read and its write.
type readsAndPuts struct{ raw }

func (b readsAndPuts) reserve(ctx context.Context, o order) error {
	c, err := b.usage(ctx)
	if err != nil {
		return err
	}
	if !(state{reading: readingOf(c)}).fits(figuresOf(o.amounts), month) {
		return &metering.Full{Counter: c}
	}
	return b.put(ctx, metering.Counter{Taken: c.Taken.Plus(o.amounts), Reserved: c.Reserved.Plus(o.amounts)})
}

// settle has nothing to settle: what is lost is seen without it.
func (readsAndPuts) settle(context.Context, order, metering.Amounts) error {
	return metering.ErrChanged
}

// checksThenAdds admits beyond the limit: another may have been admitted since
// it looked.
type checksThenAdds struct{ raw }

func (b checksThenAdds) reserve(ctx context.Context, o order) error {
	c, err := b.usage(ctx)
	if err != nil {
		return err
	}
	if !(state{reading: readingOf(c)}).fits(figuresOf(o.amounts), month) {
		return &metering.Full{Counter: c}
	}
	return b.add(ctx, metering.Counter{Taken: o.amounts, Reserved: o.amounts})
}

func (checksThenAdds) settle(context.Context, order, metering.Amounts) error {
	return metering.ErrChanged
}

// releasesTwice gives back twice what was released.
type releasesTwice struct{ raw }

func (b releasesTwice) settle(ctx context.Context, o order, used metering.Amounts) error {
	if err := b.product.settle(ctx, o, used); err != nil || !used.Zero() {
		return err
	}
	back := metering.Amounts{}.Minus(o.amounts)
	return b.add(ctx, metering.Counter{Taken: back, Reserved: back})
}

// freesTwice frees two slots of a job that ends.
type freesTwice struct{ raw }

func (b freesTwice) settle(ctx context.Context, o order, used metering.Amounts) error {
	if err := b.product.settle(ctx, o, used); err != nil || !o.job {
		return err
	}
	return b.addLevel(ctx, "active_jobs", -1)
}

// keepsNoLevel counts what is stored in the month alone.
type keepsNoLevel struct{ raw }

func (b keepsNoLevel) reserve(ctx context.Context, o order) error {
	if err := b.product.reserve(ctx, o); err != nil || o.amounts[metering.StorageMB] == 0 {
		return err
	}
	return b.addLevel(ctx, string(metering.StorageMB)+"_taken", -o.amounts[metering.StorageMB])
}
