// Package sealing encrypts small secrets for one tenant: with AWS KMS, whose
// encryption context names the tenant, or where there is no KMS with a key of the
// installation's own (AES-256-GCM). It implements channel.Sealer.
package sealing

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// What a sealed text begins with says how it was sealed.
const (
	byKMS = "kms1:"
	byKey = "key1:"
)

const (
	timeout = 5 * time.Second
	minKey  = 32 // bytes
)

// WithKMS seals with a key of AWS KMS.
type WithKMS struct {
	kms *kms.Client
	arn string
}

// NewWithKMS names the key by its ARN.
func NewWithKMS(cfg aws.Config, arn string) WithKMS { return WithKMS{kms.NewFromConfig(cfg), arn} }

// contextOf is authenticated with what is sealed, and shown in KMS's own trail.
func contextOf(id tenant.ID) map[string]string { return map[string]string{"tenant": string(id)} }

// Seal implements channel.Sealer.
func (s WithKMS) Seal(ctx context.Context, id tenant.ID, plain string) (string, error) {
	ctx, done := context.WithTimeout(ctx, timeout)
	defer done()
	out, err := s.kms.Encrypt(ctx, &kms.EncryptInput{KeyId: aws.String(s.arn), Plaintext: []byte(plain), EncryptionContext: contextOf(id)})
	if err != nil {
		return "", failed("seal", err)
	}
	return byKMS + base64.StdEncoding.EncodeToString(out.CiphertextBlob), nil
}

// Open implements channel.Sealer.
func (s WithKMS) Open(ctx context.Context, id tenant.ID, sealed string) (string, error) {
	raw, err := unwrap(byKMS, sealed)
	if err != nil {
		return "", err
	}
	ctx, done := context.WithTimeout(ctx, timeout)
	defer done()
	out, err := s.kms.Decrypt(ctx, &kms.DecryptInput{KeyId: aws.String(s.arn), CiphertextBlob: raw, EncryptionContext: contextOf(id)})
	if err != nil {
		return "", failed("open", err)
	}
	return string(out.Plaintext), nil
}

// failed names what went wrong: a right that is missing, a text that is not the
// tenant's, or an outage. It never quotes what was sealed.
func failed(doing string, err error) error {
	if missing := problem.MissingRight(doing, err); missing != nil {
		return missing
	}
	var foreign *types.InvalidCiphertextException
	if errors.As(err, &foreign) {
		return errSealed
	}
	return problem.Wrap(problem.Unavailable, "The key service does not answer right now. Try again in a moment.", fmt.Errorf("%s: %w", doing, err))
}

// errSealed: the text is damaged, or was sealed for another tenant or with
// another key.
var errSealed = errors.New("sealing: the text cannot be opened")

// WithKey seals with a key that Secret gives, of at least 32 bytes.
type WithKey struct {
	Secret func(context.Context) (string, error)
}

// Seal implements channel.Sealer.
func (s WithKey) Seal(ctx context.Context, id tenant.ID, plain string) (string, error) {
	box, err := s.box(ctx)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce) // never fails: the process ends if the system has no randomness
	return byKey + base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(plain), []byte(id))), nil
}

// Open implements channel.Sealer.
func (s WithKey) Open(ctx context.Context, id tenant.ID, sealed string) (string, error) {
	raw, err := unwrap(byKey, sealed)
	if err != nil {
		return "", err
	}
	box, err := s.box(ctx)
	if err != nil {
		return "", err
	}
	if len(raw) < box.NonceSize() {
		return "", errSealed
	}
	plain, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(id))
	if err != nil {
		return "", errSealed
	}
	return string(plain), nil
}

func (s WithKey) box(ctx context.Context) (cipher.AEAD, error) {
	secret, err := s.Secret(ctx)
	if err != nil {
		return nil, err
	}
	if len(secret) < minKey {
		return nil, fmt.Errorf("sealing: the key has less than %d bytes", minKey)
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "devotionalai sealing 1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func unwrap(by, sealed string) ([]byte, error) {
	text, ok := strings.CutPrefix(sealed, by)
	if !ok {
		return nil, errSealed
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errSealed
	}
	return raw, nil
}
