import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { createKey, type MadeKey } from "../../api/account";
import { fieldErrors, fieldSentence } from "../../api/problem";
import { Button } from "../../components/Button";
import { Trouble } from "./Trouble";

export function KeyForm({ onMade }: { onMade: (key: MadeKey) => void }) {
  const [name, setName] = useState("");
  const [empty, setEmpty] = useState(false);
  const make = useMutation({
    // It answers nothing: what a mutation answers is kept for a while.
    mutationFn: async (called: string) => {
      onMade(await createKey(called));
    },
    onSuccess: () => setName(""),
  });
  const field = fieldErrors(make.error).get("name");
  const wrong = empty ? "Write what the key is for." : field && fieldSentence("name", field);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const called = name.trim();
    setEmpty(called === "");
    if (called !== "" && !make.isPending) make.mutate(called);
  }

  return (
    <form className="account__form" noValidate onSubmit={submit}>
      <div className="account__field">
        <label htmlFor="key-name">Name</label>
        <input
          id="key-name"
          className="account__input"
          type="text"
          autoComplete="off"
          maxLength={60}
          value={name}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong === undefined ? "key-name-hint" : "key-name-wrong"}
          onChange={(event) => {
            setEmpty(false);
            if (make.isError) make.reset();
            setName(event.target.value);
          }}
        />
        {wrong === undefined ? (
          <p id="key-name-hint" className="soft">
            What it is for, such as “Sunday newsletter”. One key for each program, so that one can be revoked alone.
          </p>
        ) : (
          <p id="key-name-wrong" role="alert" className="account__wrong">
            {wrong}
          </p>
        )}
      </div>
      {make.error && field === undefined && <Trouble error={make.error} />}
      <div>
        <Button type="submit" look="main" busy={make.isPending}>
          Make a key
        </Button>
      </div>
    </form>
  );
}
