package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a project item.
const (
	attrTitle      = "title"
	attrTemplate   = "template"
	attrScenes     = "scenes" // JSON
	attrVoice      = "voice"
	attrResolution = "resolution"
	attrAspect     = "aspect"
	attrCaptions   = "captions"
	attrVersion    = "version"
	attrCreatedMS  = "created_ms"
	attrUpdatedMS  = "updated_ms"
	attrMusic      = "music" // id of an upload; "" is none
	attrLanguage   = "language"
	attrFound      = "found" // the language that the text was in
)

// Projects keeps projects. It implements project.Store and
// project.Departures.
type Projects struct{ *Client }

// NewProjects needs the platform table only.
func NewProjects(c *Client) *Projects { return &Projects{c} }

// CreateProject implements project.Store. The id is new, so that an item that
// is there already is this call's own, stored before its answer was lost.
func (s *Projects) CreateProject(ctx context.Context, t tenant.ID, p project.Project, claim idempotency.Claim) error {
	it, err := projectItem(t, p)
	if err != nil {
		return err
	}
	if !claim.Given() {
		reasons, err := s.whileActive(ctx, t, table.PutNew(s.Platform, it))
		if table.RefusedOn(reasons, 0) {
			return nil
		}
		return table.Failed("create project", err)
	}
	reasons, err := s.whileActive(ctx, t, table.PutNew(s.Platform, it), s.claimPut(t, claim, p.ID, p.CreatedAt))
	switch {
	case table.RefusedOn(reasons, 0):
		return nil
	case table.RefusedOn(reasons, 1):
		return idempotency.ErrClaimed
	}
	return table.Failed("create project", err)
}

// Project implements project.Store.
func (s *Projects) Project(ctx context.Context, t tenant.ID, id string) (project.Project, error) {
	found, err := s.Read(ctx, "read project", projectKey(t, id))
	if err != nil {
		return project.Project{}, err
	}
	return readProject(found[0])
}

// Projects implements project.Store.
func (s *Projects) Projects(ctx context.Context, t tenant.ID, limit int, after string) ([]project.Project, string, error) {
	items, next, err := s.Page(ctx, "list projects", dataPartition(t), kindProject, limit, after)
	if err != nil {
		return nil, "", err
	}
	page := make([]project.Project, len(items))
	for i, it := range items {
		if page[i], err = readProject(it); err != nil {
			return nil, "", err
		}
	}
	return page, next, nil
}

// ReplaceProject implements project.Store.
func (s *Projects) ReplaceProject(ctx context.Context, t tenant.ID, p project.Project) error {
	it, err := projectItem(t, p)
	if err != nil {
		return err
	}
	_, err = s.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(s.Platform), Item: it,
		ConditionExpression:       aws.String("#version = :before"),
		ExpressionAttributeNames:  map[string]string{"#version": attrVersion},
		ExpressionAttributeValues: table.Item{":before": table.Num(p.Version - 1)},

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if old, refused := table.ConditionFailed(err); refused {
		stored, err := readProject(old)
		if err != nil {
			return err
		}
		if stored.Version == p.Version && stored.UpdatedAt.Equal(p.UpdatedAt) {
			return nil // this very change, stored before its answer was lost
		}
		return project.Outdated()
	}
	return table.Failed("change project", err)
}

// MissingMedia implements project.Store.
func (s *Projects) MissingMedia(ctx context.Context, t tenant.ID, named project.Media) (project.Media, error) {
	missing := project.Media{Images: maps.Clone(named.Images), Pictures: maps.Clone(named.Pictures), Sounds: maps.Clone(named.Sounds)}
	var keys []table.Item
	for id := range named.Images {
		keys = append(keys, imageKey(t, id))
	}
	uploads := maps.Clone(named.Pictures) // one id may be named as both
	maps.Copy(uploads, named.Sounds)
	for id := range uploads {
		keys = append(keys, uploadKey(t, id))
	}
	found, err := s.Read(ctx, "read media", keys...)
	if err != nil {
		return project.Media{}, err
	}
	for _, it := range found {
		removeUsable(missing, it)
	}
	return missing, nil
}

// removeUsable takes an image or upload off the missing if it can be used.
func removeUsable(missing project.Media, it table.Item) {
	switch u := readUpload(it); {
	case it == nil || table.ReadFlag(it, attrDeleted):
	case strings.HasPrefix(table.ReadStr(it, table.SK), kindImage):
		if !table.ReadFlag(it, attrFailed) {
			delete(missing.Images, keyTail(it, kindImage))
		}
	case u.Status != upload.Ready:
	case u.Kind == upload.Image:
		delete(missing.Pictures, u.ID)
	case u.Kind == upload.Audio:
		delete(missing.Sounds, u.ID)
	}
}

func projectItem(t tenant.ID, p project.Project) (table.Item, error) {
	scenes, err := json.Marshal(p.Scenes)
	if err != nil {
		return nil, fmt.Errorf("encode scenes: %w", err)
	}
	return table.With(projectKey(t, p.ID), table.Item{
		attrTitle: table.Str(p.Title), attrTemplate: table.Str(p.TemplateID), attrScenes: table.Str(string(scenes)), attrVoice: table.Str(p.Voice),
		attrResolution: table.Str(p.Resolution), attrAspect: table.Str(p.Aspect), attrCaptions: table.Flag(p.Captions), attrMusic: table.Str(p.Music),
		attrLanguage: table.Str(p.Language), attrFound: table.Str(p.Found),
		attrVersion: table.Num(p.Version), attrCreatedMS: table.Millis(p.CreatedAt), attrUpdatedMS: table.Millis(p.UpdatedAt),
	}), nil
}

func readProject(it table.Item) (project.Project, error) {
	if it == nil {
		return project.Project{}, project.NotFound()
	}
	p := project.Project{
		ID: keyTail(it, kindProject), Title: table.ReadStr(it, attrTitle), TemplateID: table.ReadStr(it, attrTemplate), Voice: table.ReadStr(it, attrVoice),
		Resolution: render.Resolution(table.ReadStr(it, attrResolution)), Aspect: render.Aspect(table.ReadStr(it, attrAspect)),
		Captions: table.ReadFlag(it, attrCaptions), Music: table.ReadStr(it, attrMusic), Version: table.ReadNum(it, attrVersion),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), UpdatedAt: table.ReadMillis(it, attrUpdatedMS),
	}
	p.Language, p.Found = language.Language(table.ReadStr(it, attrLanguage)), language.Language(table.ReadStr(it, attrFound))
	if err := json.Unmarshal([]byte(table.ReadStr(it, attrScenes)), &p.Scenes); err != nil {
		return p, fmt.Errorf("read scenes: %w", err)
	}
	return p, nil
}

// sourceOf copies a project for a job.
func sourceOf(p project.Project) render.Source {
	s := render.Source{
		ProjectID: p.ID, Title: p.Title, Voice: p.Voice, Language: p.Language, Resolution: p.Resolution, Aspect: p.Aspect, Captions: p.Captions,
		Scenes: make([]render.SourceScene, len(p.Scenes)), MusicUploadID: p.Music,
	}
	for i, scene := range p.Scenes {
		s.Scenes[i] = render.SourceScene{Text: scene.Text, Prompt: scene.Prompt(), ImageID: scene.ImageID, UploadID: scene.UploadID}
	}
	return s
}
