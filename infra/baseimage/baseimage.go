// Package baseimage knows what native files may ask for where functions run: in
// Lambda's provided.al2023 on x86_64, which is the minimal container image of Amazon
// Linux 2023. Layers bring no libraries of the system along.
package baseimage

import (
	"debug/elf"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Unpacked is how many bytes a function and all its layers may have together.
const Unpacked = 250 << 20

// interpreter loads programs; it belongs to glibc.
const interpreter = "/lib64/ld-linux-x86-64.so.2"

// promiseless are symbols that glibc keeps for itself.
const promiseless = "GLIBC_PRIVATE"

// libraries are the ones of the image that are asked for, each with the newest
// version of each family of its symbols. glibc is 2.34 and gcc 11.4 in all of Amazon
// Linux 2023 (docs.aws.amazon.com/linux/al2023/ug/glibc-gcc-and-binutils.html); what
// libgcc_s and libstdc++ of gcc 11 export is listed at gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html.
// That the minimal image has libstdc++ follows from its package manager, libdnf,
// which is C++ (docker-library/repo-info, amazonlinux:2023, names libstdc++-11.4.1);
// aws.amazon.com/blogs/compute/introducing-the-amazon-linux-2023-runtime-for-aws-lambda
// says that provided.al2023 is that image.
func libraries() map[string]map[string]string {
	glibc := map[string]string{"GLIBC": "2.34"}
	return map[string]map[string]string{
		"libc.so.6": glibc, "libm.so.6": glibc, "libmvec.so.1": glibc, "ld-linux-x86-64.so.2": glibc,
		"libdl.so.2": glibc, "librt.so.1": glibc, "libpthread.so.0": glibc, // empty since 2.34, and there
		"libgcc_s.so.1":  {"GCC": "7.0.0"},
		"libstdc++.so.6": {"GLIBCXX": "3.4.29", "CXXABI": "1.3.13"},
	}
}

// private are symbols without a version's promise that are there all the same. The
// static libresolv of a build for glibc 2.28 asks for them; libc.so.6 exports them to
// its own libraries in 2.28, in the source of 2.34 (resolv/Versions, csu/Versions,
// socket/Versions) and still in 2.36, on which tests run. With any other one a
// program is not even started.
func private() []string {
	return []string{
		"__h_errno", "__res_iclose", "__resolv_context_get", "__resolv_context_get_override", "__resolv_context_get_preinit",
		"__resolv_context_put", "__resp", "__sendmmsg", "errno",
	}
}

// Native reports whether a file is a program or library of a system at all.
func Native(file string) (bool, error) {
	opened, err := elf.Open(file)
	var format *elf.FormatError
	if errors.As(err, &format) {
		return false, nil
	}
	if err != nil {
		if strings.HasSuffix(err.Error(), "EOF") { // shorter than a head of one
			return false, nil
		}
		return false, fmt.Errorf("open %s: %w", file, err)
	}
	return true, opened.Close()
}

// Lacks names what a native file asks for that the image does not have; nothing
// when it runs there.
func Lacks(file string) ([]string, error) {
	opened, err := elf.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer opened.Close()
	var lacks []string
	if opened.Machine != elf.EM_X86_64 {
		lacks = append(lacks, "a processor of the kind "+opened.Machine.String())
	}
	if loader := loaderOf(opened); loader != "" && loader != interpreter {
		lacks = append(lacks, "the loader "+loader)
	}
	asked, err := opened.ImportedLibraries()
	if err != nil {
		return nil, fmt.Errorf("read the libraries of %s: %w", file, err)
	}
	for _, name := range asked {
		if libraries()[name] == nil {
			lacks = append(lacks, "the library "+name)
		}
	}
	versions, err := opened.DynamicVersionNeeds()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("read the versions of %s: %w", file, err)
	}
	for _, of := range versions {
		for _, need := range of.Needs {
			if need.Dep != promiseless && !has(of.Name, need.Dep) {
				lacks = append(lacks, need.Dep+" of "+of.Name)
			}
		}
	}
	lacks = append(lacks, unpromised(opened)...)
	slices.Sort(lacks)
	return lacks, nil
}

// unpromised are the symbols asked for of one build of glibc alone that are not
// known to be there.
func unpromised(f *elf.File) []string {
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return nil // it has none
	}
	var lacks []string
	for _, s := range symbols {
		if s.Version == promiseless && (s.Library != "libc.so.6" || !slices.Contains(private(), s.Name)) {
			lacks = append(lacks, s.Name+" of "+s.Library+" "+promiseless)
		}
	}
	return lacks
}

// loaderOf is what a program names to be loaded by; a library names none.
func loaderOf(f *elf.File) string {
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		name := make([]byte, p.Filesz)
		if _, err := p.ReadAt(name, 0); err != nil {
			return "that cannot be read"
		}
		return strings.TrimRight(string(name), "\x00")
	}
	return ""
}

// has reports whether a library of the image has a version, such as GLIBC_2.28.
func has(library, version string) bool {
	family, number, numbered := strings.Cut(version, "_")
	newest, known := libraries()[library][family]
	if !numbered || !known || !regexp.MustCompile(`^\d+(\.\d+)*$`).MatchString(number) {
		return false
	}
	return slices.Compare(numbers(number), numbers(newest)) <= 0
}

func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(part) // digits: the caller looked
		all = append(all, n)
	}
	return all
}
