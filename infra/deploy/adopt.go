package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/restore"
)

// adoption answers the parameters by which the stack uses restored tables: of
// "platform,directory", what make restore-tables has printed, or of "own", the
// stack's own again.
func adoption(ctx context.Context, a account, adopt string) (map[string]string, error) {
	if adopt == "" {
		return nil, nil
	}
	all := map[string]string{}
	if adopt == "own" {
		for _, name := range []string{"PlatformTableAdopted", "PlatformStreamAdopted", "DirectoryTableAdopted"} {
			all[name] = ""
		}
		return all, nil
	}
	platform, directory, ok := strings.Cut(adopt, ",")
	if !ok || platform == "" || directory == "" {
		return nil, errors.New("ADOPT names both restored tables, ADOPT=platform,directory, as make restore-tables prints them, or ADOPT=own")
	}
	db := dynamodb.NewFromConfig(a.AWS)
	for table, keys := range map[string]int{platform: 2, directory: 1} {
		if err := adoptable(ctx, db, table, keys); err != nil {
			return nil, fmt.Errorf("ADOPT: %w", err)
		}
	}
	found, err := restore.Service{DB: db, Say: func(string) {}}.Adoption(ctx, restore.Pair{Platform: platform, Directory: directory})
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		all[p[0]] = p[1]
	}
	return all, nil
}

// adoptable looks whether a table can be used at all: a wrong one would serve
// nobody. That of the platform has two keys, and a stream that functions read.
func adoptable(ctx context.Context, db *dynamodb.Client, table string, keys int) error {
	settings, err := restore.Service{DB: db}.SettingsOf(ctx, table)
	if err != nil {
		return err
	}
	out, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
	if err != nil {
		return fmt.Errorf("look at %s: %w", table, plain(err))
	}
	switch {
	case out.Table.TableStatus != types.TableStatusActive:
		return fmt.Errorf("%s is %s", table, out.Table.TableStatus)
	case len(out.Table.KeySchema) != keys:
		return fmt.Errorf("%s has %d keys, not %d: the platform's table comes first", table, len(out.Table.KeySchema), keys)
	case keys == 2 && settings.Stream != types.StreamViewTypeKeysOnly:
		return fmt.Errorf("%s has no stream of keys, which the archive of the ledger reads: docs/SAAS_DEPLOYMENT.md, what a restore does not bring along", table)
	case settings.Expires == "":
		return fmt.Errorf("%s has no TTL: docs/SAAS_DEPLOYMENT.md, what a restore does not bring along", table)
	}
	return nil
}
