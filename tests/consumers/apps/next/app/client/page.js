"use client";

import { useEffect, useState } from "react";
import { score } from "warmlead";
import visit from "../../visit.mjs";

export default function Page() {
  const [assessment, setAssessment] = useState("");
  useEffect(() => {
    const { events, ...options } = visit;
    setAssessment(JSON.stringify(score(events, options)));
  }, []);
  return <pre>{assessment}</pre>;
}
