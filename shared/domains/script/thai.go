package script

import (
	_ "embed"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// thaiWords is a sorted list, a word a line: the frequent ones of PyThaiNLP's
// word list (CC0), and names and words of the Bible. It is searched as it lies:
// a program that breaks no lines does not carry it.
//
//go:embed thai.txt
var thaiWords string

const (
	longestThaiWord = 16 // characters
	unknownCost     = 3  // of a character that belongs to no word, where a word costs 1
)

// thaiPieces cuts a stretch of Thai letters into its words: the fewest that
// explain most of it. What no word explains stays in one piece with its like.
func thaiPieces(text string) []string {
	units := thaiUnits(text)
	n := len(units)
	cost, from, known := make([]int, n+1), make([]int, n+1), make([]bool, n+1)
	for end := 1; end <= n; end++ {
		cost[end], from[end] = cost[end-1]+unknownCost, end-1
		word, length := "", 0
		for start := end - 1; start >= 0; start-- {
			word = units[start] + word
			if length += utf8.RuneCountInString(units[start]); length > longestThaiWord {
				break
			}
			if c := cost[start] + 1; c < cost[end] && isThaiWord(word) {
				cost[end], from[end], known[end] = c, start, true
			}
		}
	}
	var pieces []string
	wild := false // whether the first of pieces is not known
	for end := n; end > 0; end = from[end] {
		piece := strings.Join(units[from[end]:end], "")
		if len(pieces) > 0 && wild && !known[end] {
			pieces[0] = piece + pieces[0]
			continue
		}
		pieces, wild = append([]string{piece}, pieces...), !known[end]
	}
	return pieces
}

// thaiUnits are what is never broken: a letter with its marks, with the vowel
// that is written before it and those that are written behind it.
func thaiUnits(text string) []string {
	var units []string
	joins := false // the last unit ends in a vowel that is written before its letter
	state := -1
	for len(text) > 0 {
		var cluster string
		cluster, text, _, state = uniseg.FirstGraphemeClusterInString(text, state)
		first, _ := utf8.DecodeRuneInString(cluster)
		if n := len(units); n > 0 && (joins || strings.ContainsRune("ะาำๅๆฯ", first)) {
			units[n-1] += cluster
		} else {
			units = append(units, cluster)
		}
		joins = first >= 'เ' && first <= 'ไ'
	}
	return units
}

// isThaiWord looks a word up in the list.
func isThaiWord(word string) bool {
	word = strings.TrimRight(word, "ๆฯ") // marks of repetition and of abbreviation
	at := sort.Search(len(thaiWords), func(i int) bool {
		start := strings.LastIndexByte(thaiWords[:i], '\n') + 1
		line, _, _ := strings.Cut(thaiWords[start:], "\n")
		return line >= word
	})
	start := strings.LastIndexByte(thaiWords[:min(at, len(thaiWords))], '\n') + 1
	line, _, _ := strings.Cut(thaiWords[start:], "\n")
	return word != "" && line == word
}
