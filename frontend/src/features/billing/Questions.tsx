/** What people ask before they pay. */
export function Questions() {
  return (
    <section className="stack" aria-labelledby="questions">
      <h2 id="questions">Questions</h2>
      <dl className="billing__questions">
        <dt>What counts as a video minute?</dt>
        <dd>
          A minute of finished video, at any resolution. Of a video that fails or is canceled only what was made and is kept
          counts; going on with it takes only what is missing.
        </dd>
        <dt>Does a preview picture cost twice?</dt>
        <dd>No. A preview is one picture; the video then uses the same one.</dd>
        <dt>What happens at the limit?</dt>
        <dd>Before you press the button you see what a video needs and what is left. Nothing that you made is taken away.</dd>
        <dt>When does a bigger plan begin?</dt>
        <dd>As soon as the payment has gone through, which takes seconds. What you have used this month goes on counting.</dd>
        <dt>Can I cancel at any time?</dt>
        <dd>
          Yes, here. The plan stays yours until the end of what is paid, and until then you can take it back. Nothing more is
          charged.
        </dd>
        <dt>What becomes of my videos when I go back to Free?</dt>
        <dd>
          They stay, and so do those on YouTube and the people in the account. If you store more than Free holds, you make room
          before you make something new.
        </dd>
        <dt>What if a payment fails?</dt>
        <dd>It is tried again for some days, and the plan goes on meanwhile. Every page tells an owner until it is put right.</dd>
        <dt>Who sees my card?</dt>
        <dd>The payment service alone. Its number never comes to us.</dd>
      </dl>
    </section>
  );
}
