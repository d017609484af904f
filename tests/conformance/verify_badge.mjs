// Verifies badges (files named as arguments) with libraries that share no code with this program.
// Prints one line of JSON: for each file whether it verified, and why not. No address is opened.

import {createRequire} from 'node:module';
import {readFile} from 'node:fs/promises';
import {pathToFileURL} from 'node:url';

const [folder, ...files] = process.argv.slice(2);
const find = createRequire(pathToFileURL(`${folder}/package.json`));
const load = async name => import(pathToFileURL(find.resolve(name)));

const jsigs = (await load('jsonld-signatures')).default;
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {createVerifyCryptosuite} = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite');

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

// A did:key is its own document: the key stands in its name.
async function documentLoader(url) {
  if (!url.startsWith('did:key:')) {
    throw new Error(`${url} is outside; nothing is fetched`);
  }
  const did = url.split('#')[0];
  const key = did.slice('did:key:'.length);
  const method = {id: `${did}#${key}`, type: 'Multikey', controller: did, publicKeyMultibase: key};
  const document = url.includes('#')
    ? {'@context': MULTIKEY, ...method}
    : {'@context': ['https://www.w3.org/ns/did/v1', MULTIKEY], id: did, assertionMethod: [method]};
  return {contextUrl: null, documentUrl: url, document};
}

const answers = {};
for (const file of files) {
  const credential = JSON.parse(await readFile(file, 'utf8'));
  const found = await jsigs.verify(credential, {
    suite: new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()}),
    purpose: new jsigs.purposes.AssertionProofPurpose(),
    documentLoader,
  });
  const faults = (found.error?.errors ?? (found.error ? [found.error] : [])).map(each => each.message);
  answers[file] = {verified: found.verified, faults};
}
console.log(JSON.stringify(answers));
