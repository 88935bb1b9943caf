package project

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Choice is a member that null takes back: Made tells it from an absent one.
type Choice struct {
	Made bool
	ID   string // "" is none
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *Choice) UnmarshalJSON(data []byte) error {
	c.Made = true
	return json.Unmarshal(data, &c.ID)
}

// MarshalJSON implements json.Marshaler.
func (c Choice) MarshalJSON() ([]byte, error) { return json.Marshal(c.ID) }

// Media are ids of what projects show and play.
type Media struct {
	Images   map[string]bool // previews
	Pictures map[string]bool // uploads to look at
	Sounds   map[string]bool // uploads to listen to
}

// None reports whether nothing is named.
func (m Media) None() bool { return len(m.Images)+len(m.Pictures)+len(m.Sounds) == 0 }

// newMedia are what a change names anew.
func newMedia(p Project, d Draft) Media {
	m := Media{Images: map[string]bool{}, Pictures: map[string]bool{}, Sounds: map[string]bool{}}
	name := func(set map[string]bool, id string) {
		if id != "" {
			set[id] = true
		}
	}
	if d.Scenes != nil {
		for _, scene := range p.Scenes {
			name(m.Images, scene.ImageID)
			name(m.Pictures, scene.UploadID)
		}
	}
	if d.Music.Made {
		name(m.Sounds, p.Music)
	}
	return m
}

// checkMedia holds everything that a change names against what the tenant has.
func (s Service) checkMedia(ctx context.Context, id tenant.ID, c *checker, p Project, d Draft) error {
	named := newMedia(p, d)
	if named.None() {
		return nil
	}
	missing, err := s.store.MissingMedia(ctx, id, named)
	if err != nil {
		return err
	}
	for i, scene := range p.Scenes {
		if missing.Images[scene.ImageID] {
			c.wrong(fmt.Sprintf("scenes[%d].image_id", i), noSuchImage)
		}
		if missing.Pictures[scene.UploadID] {
			c.wrong(fmt.Sprintf("scenes[%d].upload_id", i), noSuchPicture)
		}
	}
	if missing.Sounds[p.Music] {
		c.wrong("music_upload_id", noSuchSound)
	}
	return nil
}
