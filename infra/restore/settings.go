package restore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Settings are what of a table no backup holds: a restored one is without them.
type Settings struct {
	Expires   string               // the attribute by which items end by themselves; "" for none
	Stream    types.StreamViewType // what its stream tells of a change; "" for no stream
	Recovery  bool                 // it can be brought back to any moment
	Days      int32                // of how many days
	Protected bool                 // it cannot be deleted
	Tags      map[string]string    // but CloudFormation's own, which nobody else may set
}

// differs names what is not as it is of want.
func (s Settings) differs(want Settings) []string {
	var all []string
	say := func(same bool, what string) {
		if !same {
			all = append(all, what)
		}
	}
	say(s.Expires == want.Expires, "TTL")
	say(s.Stream == want.Stream, "stream")
	say(s.Recovery == want.Recovery && s.Days == want.Days, "point-in-time recovery")
	say(s.Protected == want.Protected, "protection against deletion")
	say(maps.Equal(s.Tags, want.Tags), "tags")
	return all
}

// SettingsOf reads a table's.
func (s Service) SettingsOf(ctx context.Context, table string) (Settings, error) {
	name := aws.String(table)
	described, err := s.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
	if err != nil {
		return Settings{}, fmt.Errorf("look at %s: %w", table, err)
	}
	found := Settings{Protected: aws.ToBool(described.Table.DeletionProtectionEnabled), Tags: map[string]string{}}
	if stream := described.Table.StreamSpecification; stream != nil && aws.ToBool(stream.StreamEnabled) {
		found.Stream = stream.StreamViewType
	}
	ttl, err := s.DB.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: name})
	if err != nil {
		return Settings{}, fmt.Errorf("read the TTL of %s: %w", table, err)
	}
	if d := ttl.TimeToLiveDescription; d != nil && (d.TimeToLiveStatus == types.TimeToLiveStatusEnabled || d.TimeToLiveStatus == types.TimeToLiveStatusEnabling) {
		found.Expires = aws.ToString(d.AttributeName)
	}
	if err := s.recovery(ctx, table, &found); err != nil {
		return Settings{}, err
	}
	tags := &dynamodb.ListTagsOfResourceInput{ResourceArn: described.Table.TableArn}
	for {
		page, err := s.DB.ListTagsOfResource(ctx, tags)
		if err != nil {
			return Settings{}, fmt.Errorf("read the tags of %s: %w", table, err)
		}
		for _, tag := range page.Tags {
			if key := aws.ToString(tag.Key); !strings.HasPrefix(key, "aws:") {
				found.Tags[key] = aws.ToString(tag.Value)
			}
		}
		if tags.NextToken = page.NextToken; tags.NextToken == nil {
			return found, nil
		}
	}
}

func (s Service) recovery(ctx context.Context, table string, found *Settings) error {
	out, err := s.DB.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: aws.String(table)})
	if err != nil {
		return fmt.Errorf("read the continuous backups of %s: %w", table, err)
	}
	if d := out.ContinuousBackupsDescription; d != nil && d.PointInTimeRecoveryDescription != nil {
		found.Recovery = d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled
		found.Days = aws.ToInt32(d.PointInTimeRecoveryDescription.RecoveryPeriodInDays)
	}
	return nil
}

// Apply gives a restored table the settings that it is to have, and reads them back.
// It may be done again.
func (s Service) Apply(ctx context.Context, table string, want Settings) error {
	now, err := s.SettingsOf(ctx, table)
	if err != nil {
		return err
	}
	for _, set := range []func(context.Context, string, Settings, Settings) error{s.setTTL, s.setTable, s.setRecovery, s.setTags} {
		if err := set(ctx, table, now, want); err != nil {
			return err
		}
	}
	if now, err = s.SettingsOf(ctx, table); err != nil {
		return err
	}
	if wrong := now.differs(want); len(wrong) > 0 {
		return fmt.Errorf("%s is not set up as the table in use is: %s", table, strings.Join(wrong, ", "))
	}
	return nil
}

func (s Service) setTTL(ctx context.Context, table string, now, want Settings) error {
	if now.Expires == want.Expires {
		return nil
	}
	_, err := s.DB.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(table),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(want.Expires), Enabled: aws.Bool(true)},
	})
	return because("set the TTL of", table, err)
}

// setTable sets what UpdateTable sets, one thing at a time: it takes no two.
func (s Service) setTable(ctx context.Context, table string, now, want Settings) error {
	var all []dynamodb.UpdateTableInput
	if want.Stream != "" && now.Stream != want.Stream {
		all = append(all, dynamodb.UpdateTableInput{StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: want.Stream}})
	}
	if now.Protected != want.Protected {
		all = append(all, dynamodb.UpdateTableInput{DeletionProtectionEnabled: aws.Bool(want.Protected)})
	}
	for _, in := range all {
		in.TableName = aws.String(table)
		if _, err := s.DB.UpdateTable(ctx, &in); err != nil {
			return because("set up", table, err)
		}
		if err := s.ready(ctx, table); err != nil {
			return err
		}
	}
	return nil
}

// setRecovery tries again while a new table is not ready for it yet.
func (s Service) setRecovery(ctx context.Context, table string, now, want Settings) error {
	if now.Recovery == want.Recovery && now.Days == want.Days {
		return nil
	}
	in := &dynamodb.UpdateContinuousBackupsInput{
		TableName:                        aws.String(table),
		PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(want.Recovery)},
	}
	if want.Days > 0 {
		in.PointInTimeRecoverySpecification.RecoveryPeriodInDays = aws.Int32(want.Days)
	}
	return s.until(ctx, "continuous backups of "+table, func() (bool, error) {
		_, err := s.DB.UpdateContinuousBackups(ctx, in)
		var early *types.ContinuousBackupsUnavailableException
		if errors.As(err, &early) {
			return false, nil
		}
		return err == nil, because("set up the continuous backups of", table, err)
	})
}

func (s Service) setTags(ctx context.Context, table string, _, want Settings) error {
	if len(want.Tags) == 0 {
		return nil
	}
	described, err := s.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
	if err != nil {
		return because("look at", table, err)
	}
	in := &dynamodb.TagResourceInput{ResourceArn: described.Table.TableArn}
	for key, value := range want.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	_, err = s.DB.TagResource(ctx, in)
	return because("tag", table, err)
}

func because(doing, table string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, table, err)
}

// arns are a table's and its stream's.
func (s Service) arns(ctx context.Context, table string) (arn, stream string, err error) {
	out, err := s.DB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
	if err != nil {
		return "", "", because("look at", table, err)
	}
	return aws.ToString(out.Table.TableArn), aws.ToString(out.Table.LatestStreamArn), nil
}
