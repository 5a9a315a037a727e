import { useMutation } from "@tanstack/react-query";
import { sayDone, sayProblem } from "../inbox/actions";
import { queries } from "../store";

/** Changes something of a customer, then reads the customer again; a refusal is said. */
export function useCustomerChange<Given = void>(change: (given: Given) => Promise<unknown>, done?: string) {
  return useMutation({
    mutationFn: change,
    onSuccess: () => done && sayDone(done),
    onError: sayProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer"] }),
  });
}
