package render

import "math"

// View is what the camera sees: a window of the picture, in parts of its width
// and height. X and Y are the window's upper left corner, Size its share of
// both sides (1 is the whole picture).
type View struct{ X, Y, Size float64 }

// Camera moves in a straight line and at a constant pace from one view to the
// other, so that a cross-fade never shows a picture stop.
type Camera struct{ From, To View }

// Bounds of the zoom. The least keeps the window off the picture's border,
// where there is nothing to interpolate with; the most keeps the picture sharp.
const (
	leastZoom  = 1.02
	zoomASec   = 0.009 // growth a second of an unhurried move
	leastMove  = 0.05
	mostMove   = 0.15
	panPortion = 0.7 // how much of the room beside the window the pan may use
)

// pans are the directions that shots take in turn; no two neighbours are alike.
var pans = [...]struct{ x, y float64 }{
	{0, 0}, {1, -0.4}, {-1, 0.3}, {0.3, -1}, {-0.6, -0.8}, {0.8, 0.6}, {-0.3, 1},
}

// CameraOf is the camera's path over a shot of that many frames: even shots
// zoom in, odd ones out, each with a pan of its own.
func CameraOf(index, frames int) Camera {
	move := float64(frames) / FrameRate * zoomASec
	move = math.Min(math.Max(move, leastMove), mostMove)
	pan := pans[index%len(pans)]
	near := view(leastZoom+move, pan.x*panPortion, pan.y*panPortion)
	far := view(leastZoom, 0, 0)
	if index%2 == 1 {
		return Camera{From: near, To: far}
	}
	return Camera{From: far, To: near}
}

// view is a window off centre by x and y, from -1 to 1 of the room beside it.
func view(zoom, x, y float64) View {
	size := 1 / zoom
	room := (1 - size) / 2
	return View{X: room * (1 + x), Y: room * (1 + y), Size: size}
}

// At is the view at t, from 0 to 1.
func (c Camera) At(t float64) View {
	mix := func(a, b float64) float64 { return a + (b-a)*t }
	return View{X: mix(c.From.X, c.To.X), Y: mix(c.From.Y, c.To.Y), Size: mix(c.From.Size, c.To.Size)}
}
