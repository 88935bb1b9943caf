import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const features = ["account", "signin", "editor", "render", "videos", "usage", "uploads", "billing", "youtube"];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat["recommended-latest"],
  jsxA11y.flatConfigs.strict,
  importX.flatConfigs.typescript,
  {
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/order": ["error", { alphabetize: { order: "asc" } }],
      // Imports run one way: api ← components ← features ← pages ← app. A
      // feature that needs another one is composed with it in a page.
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: [
            ...features.map((name) => ({
              target: `./src/features/${name}`,
              from: "./src/features",
              except: [`./${name}`],
              message: "Features do not import each other: compose them in a page.",
            })),
            { target: "./src/features", from: ["./src/pages", "./src/app"] },
            { target: "./src/pages", from: "./src/app" },
            { target: "./src/components", from: ["./src/features", "./src/pages", "./src/app"] },
            { target: "./src/api", from: ["./src/components", "./src/features", "./src/pages", "./src/app"] },
          ],
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "What people write is shown as text.",
        },
      ],
      "no-restricted-globals": ["error", "fetch"],
    },
  },
  { files: ["src/api/**"], rules: { "no-restricted-globals": "off" } },
  // Configuration is not part of the application's project of types.
  { files: ["*.js"], ...tseslint.configs.disableTypeChecked },
);
