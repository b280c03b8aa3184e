// Checks the plugin's signed word as a service would, by the standard library alone.

package checks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

// verified returns the claims of a request's assertion after checking its header, signature and body hash.
func verified(t *testing.T, request seen) map[string]any {
	t.Helper()
	token, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if !found || len(parts) != 3 {
		t.Fatalf("no assertion: %q", request.Header.Get("Authorization"))
	}
	mac := hmac.New(sha256.New, []byte(plantedKey))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	if base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) != parts[2] {
		t.Fatal("the signature is wrong")
	}
	head := decoded(t, parts[0])
	id := sha256.Sum256([]byte(plantedKey))
	if len(head) != 3 || head["alg"] != "HS256" || head["typ"] != "JWT" || head["kid"] != hex.EncodeToString(id[:4]) {
		t.Errorf("header %v", head)
	}
	claims := decoded(t, parts[1])
	body := sha256.Sum256([]byte(request.Body))
	if claims["bh"] != base64.RawURLEncoding.EncodeToString(body[:]) {
		t.Errorf("bh is %v", claims["bh"])
	}
	if claims["htm"] != request.Method || claims["htu"] != request.Path {
		t.Errorf("signed for %v %v, sent as %s %s", claims["htm"], claims["htu"], request.Method, request.Path)
	}
	return claims
}

func decoded(t *testing.T, part string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	fields := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fields
}
