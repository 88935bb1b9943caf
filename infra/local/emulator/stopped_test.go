package emulator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// TestAStopWithinAFirstSaveKeepsEveryFunction stops the emulator while the save that
// runs meanwhile still writes the functions' archives: the last save needs them too.
func TestAStopWithinAFirstSaveKeepsEveryFunction(t *testing.T) {
	const functions, size = 24, 8 << 20
	p, c, dir := started(t, true)
	lambdas := lambda.NewFromConfig(c)
	for n := range functions {
		_, err := lambdas.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
			FunctionName: aws.String(fmt.Sprintf("f%d", n)), Runtime: lambdatypes.RuntimePython312, Handler: aws.String("step.handler"),
			Role: aws.String("arn:aws:iam::000000000000:role/any"), Code: &lambdatypes.FunctionCode{ZipFile: large(t, size)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(2 * time.Minute); ; {
		if writing, _ := filepath.Glob(filepath.Join(dir, "state", "lambda-blobs", "*.tmp")); len(writing) > 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no archive was written")
		}
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "state", "lambda.json"))
	if err != nil {
		t.Fatalf("%v\n%s", err, p.LastWords())
	}
	if n := bytes.Count(raw, []byte(`"code_blob_ref"`)); !json.Valid(raw) || n != functions {
		t.Errorf("%d of %d functions were saved:\n%s", n, functions, p.LastWords())
	}
}

// large is an archive that cannot be made smaller.
func large(t *testing.T, size int) []byte {
	t.Helper()
	var code bytes.Buffer
	z := zip.NewWriter(&code)
	f, err := z.CreateHeader(&zip.FileHeader{Name: "noise", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, size)
	source := rand.NewChaCha8([32]byte{byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32())})
	_, _ = source.Read(noise) // it never fails
	if _, err = f.Write(noise); err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return code.Bytes()
}
