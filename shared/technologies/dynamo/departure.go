package dynamo

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// attrImages are the previews that a deleted draft showed: a set of ids, absent
// where there was none.
const attrImages = "images"

// deleteTries bounds how often a deletion starts over because the draft was saved
// between reading and deleting it.
const deleteTries = 5

// DeleteProject implements project.Departures.
func (s *Projects) DeleteProject(ctx context.Context, t tenant.ID, id string, due time.Time) error {
	for range deleteTries {
		found, err := s.Read(ctx, "delete project", projectKey(t, id), departureKey(t, id))
		switch {
		case err != nil:
			return err
		case found[0] == nil && found[1] != nil:
			return nil // this call's own, whose answer was lost, or one that goes on
		}
		p, err := readProject(found[0])
		if err != nil {
			return err
		}
		left := table.With(departureKey(t, id), table.Item{attrOpen: openShard(openwork.Departure, departureKey(t, id)), attrDue: table.Millis(due)})
		if shown := slices.Sorted(maps.Keys(p.Shown())); len(shown) > 0 {
			left[attrImages] = table.Strs(shown...)
		}
		reasons, err := s.Transact(ctx, []types.TransactWriteItem{
			{Delete: &types.Delete{
				TableName: aws.String(s.Platform), Key: projectKey(t, id), ConditionExpression: aws.String("#version = :version"),
				ExpressionAttributeNames:  map[string]string{"#version": attrVersion},
				ExpressionAttributeValues: table.Item{":version": table.Num(p.Version)},
			}},
			table.PutNew(s.Platform, left),
		})
		if reasons == nil {
			return table.Failed("delete project", err)
		}
	}
	return table.Failed("delete project", &types.TransactionInProgressException{})
}

// Departure implements project.Departures.
func (s *Projects) Departure(ctx context.Context, t tenant.ID, id string) (map[string]bool, error) {
	found, err := s.Read(ctx, "read departure", departureKey(t, id))
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, project.NotFound()
	}
	shown := map[string]bool{}
	for _, image := range table.ReadStrs(found[0], attrImages) {
		shown[image] = true
	}
	return shown, nil
}

// Left implements project.Departures.
func (s *Projects) Left(ctx context.Context, t tenant.ID, projectID string, shown map[string]bool) (left []render.Image, err error) {
	err = s.Each(ctx, "read previews", dataPartition(t), kindImage, func(it table.Item) error {
		if i := readImage(it); !i.Failed && (i.ProjectID == projectID || shown[i.ID]) {
			left = append(left, i)
		}
		return nil
	})
	return left, err
}

// InUse implements project.Departures.
func (s *Projects) InUse(ctx context.Context, t tenant.ID) (project.Uses, error) {
	uses := project.Uses{Projects: map[string]bool{}, Drafts: map[string]bool{}}
	err := s.Each(ctx, "read drafts", dataPartition(t), kindProject, func(it table.Item) error {
		p, err := readProject(it)
		uses.Projects[p.ID] = true
		maps.Copy(uses.Drafts, p.Shown())
		return err
	})
	if err == nil {
		uses.Renders, err = s.rendered(ctx, t)
	}
	return uses, err
}

// rendered are the previews that unfinished renders show.
func (s *Projects) rendered(ctx context.Context, t tenant.ID) (map[string]bool, error) {
	shown := map[string]bool{}
	level, err := s.Read(ctx, "read unfinished renders", levelKey(t))
	if err != nil || table.ReadNum(level[0], attrActiveJobs) == 0 {
		return shown, err
	}
	var keys []table.Item
	err = s.Each(ctx, "read unfinished renders", dataPartition(t), kindJob, func(it table.Item) error {
		if !isPublication(it) && !render.Status(table.ReadStr(it, attrStatus)).Ended() {
			keys = append(keys, sourceKey(t, keyTail(it, kindJob)))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(keys, 100) {
		found, err := s.Read(ctx, "read unfinished renders", some...)
		if err != nil {
			return nil, err
		}
		for _, it := range found {
			source, err := readSource(it)
			if err != nil {
				return nil, err
			}
			for _, scene := range source.Scenes {
				shown[scene.ImageID] = true
			}
		}
	}
	return shown, nil
}

// PostponeDeparture implements project.Departures.
func (s *Projects) PostponeDeparture(ctx context.Context, t tenant.ID, id string, due time.Time) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: departureKey(t, id),
		UpdateExpression: aws.String("SET #due = :due"), ConditionExpression: aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#due": attrDue},
		ExpressionAttributeValues: table.Item{":due": table.Millis(due)},
	})
	if _, ended := table.ConditionFailed(err); ended {
		return nil
	}
	return table.Failed("postpone departure", err)
}

// EndDeparture implements project.Departures.
func (s *Projects) EndDeparture(ctx context.Context, t tenant.ID, id string) error {
	_, err := s.DB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(s.Platform), Key: departureKey(t, id)})
	return table.Failed("end departure", err)
}
