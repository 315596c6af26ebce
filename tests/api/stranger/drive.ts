// A program of a stranger: nothing but the client that a common generator made of the description.
// It files a newborn case step by step, follows it to its end, and writes what it saw as one line of JSON.
import { client } from './generated/client.gen';
import {
  abandonFiling, getCase, getCertificatePdf, getFiling, giveConsents, listCases, listCertificates, listLifeEvents, prefillFiling,
  reviewFiling, saveAnswers, startFiling, submitFiling, watchCase,
} from './generated/sdk.gen';
import type { CaseStatus, CaseSummary, Problem } from './generated/types.gen';

declare const process: { env: Record<string, string | undefined>; exit(code: number): never };

const given = (name: string): string => process.env[name] ?? '';
const values: Record<string, string> = JSON.parse(given('VALUES'));
client.setConfig({ baseUrl: given('BASE'), auth: () => given('TOKEN') });

/** The data of an answer; a problem ends the program, with its code. */
function sure<T>(answer: { data?: T; error?: Problem }, what: string): T {
  if (answer.error !== undefined || answer.data === undefined) {
    throw new Error(`${what}: ${answer.error?.code}: ${answer.error?.what.zh} ${answer.error?.next.zh}`);
  }
  return answer.data;
}

async function everyCase(): Promise<CaseSummary[]> {
  const found: CaseSummary[] = [];
  let cursor: string | null | undefined;
  do {
    const page = sure(await listCases({ query: { limit: 1, ...(cursor ? { cursor } : {}) } }), 'listCases');
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

// Sensitive data need a consent of their own: `*` does not cover them.
const separate = ['health.birth_record', 'medins.insured', 'medins.maternity_stay', 'hrss.card_account', 'civil.low_income'];

async function filed(): Promise<{ caseId: string; reference: string }> {
  const begun = sure(await startFiling({ body: { life_event: 'newborn', lang: 'zh' } }), 'startFiling');
  const path = { filing_id: begun.id };
  sure(await saveAnswers({ path, body: { values } }), 'saveAnswers');
  sure(await giveConsents({ path, body: { names: ['*', ...separate] } }), 'giveConsents');
  sure(await prefillFiling({ path }), 'prefillFiling');
  const review = sure(await reviewFiling({ path }), 'reviewFiling');
  const first = sure(await getFiling({ path }), 'getFiling');
  if (!review.may_submit || !first.may_submit) {
    throw new Error(`not ready: ${review.findings.map((each) => `${each.code} ${each.slot}.${each.field} ${each.what.en}`).join('; ')}`);
  }
  const submitted = sure(await submitFiling({ path }), 'submitFiling');
  return { caseId: submitted.case_id, reference: submitted.reference };
}

async function untilOver(caseId: string): Promise<CaseStatus> {
  const over: CaseStatus[] = ['done', 'partly_done', 'refused', 'withdrawn'];
  for (;;) {
    const now = sure(await getCase({ path: { case_id: caseId } }), 'getCase');
    if (over.includes(now.summary.status)) return now.summary.status;
    const { stream } = await watchCase({ path: { case_id: caseId }, query: { after: now.last_seq } });
    for await (const _ of stream) break;
  }
}

async function main(): Promise<void> {
  const offered = sure(await listLifeEvents({ query: { q: '出生' } }), 'listLifeEvents');
  const wrong = await abandonFiling({ path: { filing_id: 'fil_of_nobody' } });
  const { caseId, reference } = await filed();
  const status = await untilOver(caseId);
  const certificates = sure(await listCertificates(), 'listCertificates');
  const [first] = certificates.items;
  const pdf = first ? sure(await getCertificatePdf({ path: { certificate_id: first.id }, parseAs: 'blob' }), 'getCertificatePdf') : undefined;
  const begins = pdf instanceof Blob ? await pdf.slice(0, 4).text() : '';
  console.log(JSON.stringify({
    offered: offered.items.map((each) => each.id), refused: wrong.error?.code, reference, status,
    cases: (await everyCase()).map((each) => each.reference), certificates: certificates.items.length, pdf: begins,
  }));
}

main().then(() => process.exit(0), (error: unknown) => { console.error(error); process.exit(1); });
