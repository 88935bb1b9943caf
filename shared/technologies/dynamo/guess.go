package dynamo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Current implements auth.SignInStore.
func (s *SignIns) Current(ctx context.Context, a auth.Address) (auth.LinkHash, error) {
	it, err := s.Get(ctx, "find link", s.Directory, mailRateKey(a))
	return auth.LinkHash(table.ReadStr(it, attrLink)), err
}

// CountGuess implements auth.SignInStore.
func (s *SignIns) CountGuess(ctx context.Context, a auth.Address, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	return s.countEvenly(ctx, guessKey(a), limit, now)
}

// PretendCount implements auth.SignInStore.
func (s *SignIns) PretendCount(ctx context.Context, a auth.Address) error {
	_, err := s.idle(ctx, guessKey(a), arrivalWrites)
	return err
}

// PretendGuess implements auth.SignInStore: a link holds no arrival time.
func (s *SignIns) PretendGuess(ctx context.Context, h auth.LinkHash) error {
	_, err := s.idle(ctx, linkKey(h), 1)
	return err
}

// Guess implements auth.SignInStore. As an arrival does, a try has a number of
// its own: the SDK's retry of a write whose answer was lost is no second try.
func (s *SignIns) Guess(ctx context.Context, h auth.LinkHash, attempt auth.AttemptHash, now time.Time) (auth.MagicLink, error) {
	event := rand.Int64()
	out, err := s.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Directory), Key: linkKey(h),
		UpdateExpression: aws.String("SET #last = :event ADD #tries :one"),
		ConditionExpression: aws.String("#attempt = :attempt AND #valid > :now AND #tries < :most" +
			" AND (attribute_not_exists(#last) OR #last <> :event)"),
		ExpressionAttributeNames: map[string]string{"#attempt": attrAttempt, "#valid": attrValid, "#tries": attrTries, "#last": attrLast},
		ExpressionAttributeValues: table.Item{
			":attempt": table.Str(attempt), ":now": table.Micros(now), ":most": table.Num(auth.MaxCodeTries),
			":one": table.Num(1), ":event": table.Num(event),
		},
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err == nil {
		return linkOf(h, out.Attributes), nil
	}
	old, refused := table.ConditionFailed(err)
	switch {
	case !refused:
		return auth.MagicLink{}, table.Failed("count try", err)
	case old != nil && table.ReadNum(old, attrLast) == event:
		return linkOf(h, old), nil // an attempt before this one was counted
	}
	return auth.MagicLink{}, auth.ErrLinkSpent
}
