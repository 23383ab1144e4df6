"""Invented values and sentences with personal data, written for this project, that are added to the PII training.

Nothing here names a real person on purpose: names are common first and family names joined by chance, numbers are drawn.
"""

import random
import string

FIRST_NAMES = """
Jane John Mary Peter Aisha Omar Priya Ravi Wei Ling Yuki Hiro Kenji Sofia Mateo Lucia Diego Carmen Pablo Ines Joao Rafaela
Thiago Luca Giulia Marco Elena Pierre Camille Julien Manon Anke Jonas Lukas Greta Heidi Lars Freja Mikkel Astrid Sven
Ingrid Aino Eero Katya Dmitri Olga Ivan Agnieszka Tomasz Zofia Petr Jana Milan Ana Marko Ioana Andrei Eleni Nikos Yannis
Fatima Hassan Leila Karim Nadia Yusuf Amina Kwame Ama Chidi Ngozi Thabo Zanele Abebe Grace Samuel Emma Liam Olivia Noah
Ava Ethan Mia Lucas Harper Logan Ella Mason Chloe Aiden Zoe Caleb Hannah Isaac Ruth Naomi David Sarah Daniel Rachel Michael
Laura Kevin Brenda Derek Tina Walter Edith Harold Doris Frank Gloria Victor Irene Bruno Clara Hugo Alice Oscar Nora Felix
Iris Leo Vera Max Ida Otto Stella Arthur Rosa Tom Kate Ben Amy Sam Jo Nick Liz Matt Becky Rob Sue Greg Pam Minh Linh Thu
Arjun Meera Sanjay Deepa Rohan Anita Farid Soraya Björn Søren Zoë José María Andrés Łukasz Małgorzata Márton Ágnes Jürgen
""".split()

FAMILY_NAMES = """
Smith Jones Taylor Brown Wilson Evans Thomas Roberts Walker Wright Green Hall Wood Clarke Hughes Edwards Turner Carter Baker
Murphy Kelly Byrne Ryan Campbell Stewart Fraser Okafor Adeyemi Mensah Nkosi Dlamini Tesfaye Abdi Hassan Rahman Khan Ahmed Patel
Shah Singh Sharma Gupta Reddy Iyer Das Nguyen Tran Pham Chen Wang Zhang Liu Wong Tanaka Sato Suzuki Kimura Kim Park Choi Santos
Silva Oliveira Costa Pereira Garcia Martinez Lopez Hernandez Torres Ramirez Flores Vargas Rossi Russo Bianchi Ferrari Conti
Dubois Moreau Laurent Lefevre Girard Müller Schmidt Weber Fischer Wagner Hoffmann Krause Jansen Visser Bakker Peeters Hansen
Nielsen Larsen Berg Lindqvist Nyström Virtanen Laine Kowalski Nowak Wiśniewska Novák Dvořák Horvat Kovačić Popescu Ionescu
Nagy Kovács Papadopoulos Ivanov Petrova Sokolov Yilmaz Demir Haddad Nasser Cohen Levi Goldberg Anderson Thompson Mitchell Cooper
Reed Bailey Howard Ward Foster Gray Watson Brooks Bennett Price O'Brien O'Connor McCarthy McDonald Bergström
""".split()

CITIES = """
London Paris Berlin Madrid Rome Lisbon Vienna Prague Warsaw Budapest Athens Dublin Oslo Helsinki Stockholm Copenhagen Brussels
Zurich Geneva Milan Naples Porto Seville Valencia Lyon Nice Hamburg Munich Cologne Leipzig Krakow Gdansk Riga Vilnius Tallinn
Leeds Bristol York Glasgow Cardiff Belfast Boston Chicago Denver Seattle Austin Dallas Houston Phoenix Portland Atlanta
Nashville Detroit Baltimore Toronto Montreal Vancouver Calgary Sydney Melbourne Perth Auckland Tokyo Osaka Kyoto Seoul Beijing
Shanghai Bangkok Hanoi Manila Jakarta Mumbai Delhi Chennai Karachi Dubai Cairo Nairobi Lagos Accra Johannesburg Casablanca Lima
Bogota Santiago Quito Caracas Havana Odense Bergen Turku Uppsala Ghent Utrecht Graz Bern Brno Tartu Kaunas Maribor Split
""".split() + ["New York", "San Francisco", "Los Angeles", "Mexico City", "Cape Town", "Buenos Aires", "São Paulo", "Hong Kong"]

COUNTRIES = """
France Germany Spain Italy Portugal Austria Poland Hungary Greece Ireland Norway Finland Sweden Denmark Belgium Switzerland
Iceland Estonia Latvia Lithuania Slovenia Croatia Serbia Romania Bulgaria Ukraine Turkey Israel Egypt Kenya Nigeria Ghana Morocco
Tunisia India Pakistan Nepal China Japan Vietnam Thailand Indonesia Australia Canada Mexico Brazil Argentina Chile Peru Colombia
Cuba Jamaica Uruguay Cyprus Malta Greenland
""".split() + ["United States", "United Kingdom", "South Africa", "New Zealand", "South Korea", "Czech Republic", "USA", "UK"]

NATIONALITIES = """
French German Spanish Italian Portuguese Austrian Polish Hungarian Greek Irish Norwegian Finnish Swedish Danish Belgian Swiss
Estonian Latvian Romanian Ukrainian Turkish Israeli Egyptian Kenyan Nigerian Moroccan Indian Pakistani Chinese Japanese Korean
Thai Australian Canadian Mexican Brazilian Argentine Chilean American British Scottish Welsh Dutch Russian Muslim Jewish
Catholic Buddhist Hindu americans germans italians
""".split()

JOB_TITLES = """
accountant|Software engineer|teacher|nurse|Bank clerk|Sales manager|Graphic designer|electrician|Civil engineer|Data analyst
Marketing director|pharmacist|Truck driver|Chief executive|Office manager|plumber|Dental assistant|Account manager|chef
Insurance broker|Warehouse supervisor|Music teacher|Translator|Tax advisor|Lawyer|Architect|Product manager|barista
""".replace("\n", "|").strip("|").split("|")

STREETS = """
Maple Oak Cedar Elm Birch Willow Chestnut Park Lake Hill River Church Station Mill Bridge King Queen Victoria Albert Market High
Garden Meadow Forest Spring Sunset Highland Washington Lincoln Jefferson Franklin Madison Harbour Castle Orchard Rose Abbey
""".split()

STREET_KINDS = "Street St Road Rd Avenue Ave Lane Drive Court Way Close Crescent Boulevard Terrace Square Place".split()

FOREIGN_STREETS = """
Rue de la Paix|Rue Victor Hugo|Avenue Foch|Hauptstrasse|Bahnhofstraße|Gartenweg|Lindenallee|Calle Mayor|Calle del Sol
Avenida da Liberdade|Rua das Flores|Via Garibaldi|Via Dante|Piazza Verdi|Kerkstraat|Dorpsstraat|Storgatan|Kungsgatan
Nørregade|Skovvej|Kirkeveien|Mannerheimintie|Koivukatu|ul. Polna|ul. Lipowa|Dlouhá|Fő utca|Kossuth tér|Ermou|Tartu maantee
""".replace("\n", "|").strip("|").split("|")

COMPANY_WORDS = """
Blue North Bright Silver Global Summit Pioneer Delta Nova Atlas Apex Vertex Lumen Quantum Harbor Cobalt Zenith Orbit Granite
Beacon Falcon Cedar Urban Prime Swift Clear Solar Terra Alpine Metro Open Data Health Cloud Green Rapid True Core Next
""".split()

COMPANY_KINDS = "Group Ltd Ltd. Inc LLC GmbH Partners Systems Bank Insurance Logistics Labs Analytics Holdings Energy Foods Media".split()

SYLLABLES = "ba be bi bo da de di do fa fi go ka ke ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta te ti to va ve vi xi za zo".split()

MAIL_HOSTS = "example.com example.org example.net mail.example.com post.example.org gmail.com outlook.com webmail.co.uk inbox.de".split()

DOMAIN_ENDINGS = "com org net io co.uk de fr se ch dk at es be cz ca com.br com.au".split()

EMOJI = "😡 😭 🙏 😀 😤 🎉 👍 ❤️ 😊 🤔 💳 😢 ☕ ✅ ❌ 🚀 :( :) ;-) !!! ???".split()

MONTHS = "January February March April May June July August September October November December".split()

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def digits(count):
    return "".join(random.choices(string.digits, k=count))


def filled(pattern):
    """Draws a digit for every # of a pattern."""
    return "".join(random.choice(string.digits) if character == "#" else character for character in pattern)


def number():
    """An amount or a running number, which is nobody's personal data."""
    return random.choice(("#", "##", "###", "####", "#####", "#.##", "##.##", "###.##", "#,###")).replace("#", "{}").format(
        *(random.randint(1, 9) for _ in range(5))
    )


def invented_word():
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 4))).capitalize()


def person():
    first, family = random.choice(FIRST_NAMES), random.choice(FAMILY_NAMES)
    draw = random.random()
    if draw < 0.18:
        return first
    if draw < 0.30:
        return family
    if draw < 0.38:
        return f"{first} {random.choice(string.ascii_uppercase)}. {family}"
    if draw < 0.42:
        return f"{first} {family}-{random.choice(FAMILY_NAMES)}"
    if draw < 0.47:
        return f"{random.choice((first, invented_word()))} {invented_word()}"
    if draw < 0.49:
        return f"{first} {random.choice(FIRST_NAMES)} {family}"
    return f"{first} {family}"


def credit_card():
    number = random.choice("3456") + digits(random.choice((11, 12, 13, 14, 14, 15, 15, 15, 15, 18)))
    if len(number) == 16 and random.random() < 0.6:
        separator = random.choice("  -")
        return separator.join(number[start : start + 4] for start in range(0, 16, 4))
    return number


def iban():
    country, length = random.choice((("GB", 18), ("DE", 20), ("FR", 25), ("NL", 14), ("ES", 22), ("IE", 18), ("GB", 18)))
    check = digits(2)
    if country in ("GB", "NL", "IE"):
        rest = "".join(random.choices(string.ascii_uppercase, k=4)) + digits(length - 4)
    else:
        rest = digits(length)
    number = country + check + rest
    if random.random() < 0.4:
        return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    return number


def phone():
    return filled(
        random.choice(
            """###-###-####|(###)###-####|(###) ###-####|+1 ### ### ####|+1-###-###-####|+1 (###) ###-####|###.###.####
+44 7### ######|+447### ### ###|07### ### ###|07### ######|020 7### ####|+33 # ## ## ## ##|0# ## ## ## ##|+49 30 #######
+49 1## ########|### ####|###-####|+46 (0)# ### ## ##|04## ## ## ##|## ### ###|555-####|+1 202 555 01##|(###) 555-01##
###-555-01##|+353 ## ### ####|1-800-555-0###|020 7946 0###|001-###-###-####|###-###-####x###|##########""".replace("\n", "|").split("|")
        )
    )


def email():
    first, family = random.choice(FIRST_NAMES).lower(), random.choice(FAMILY_NAMES).lower()
    name = random.choice((f"{first}.{family}", f"{first}{digits(2)}", f"{first[0]}{family}", f"{family}_{first}", first))
    if random.random() < 0.25:
        name = first.capitalize() + family.capitalize()
    host = random.choice(MAIL_HOSTS) if random.random() < 0.7 else f"{invented_word().lower()}.{random.choice(DOMAIN_ENDINGS)}"
    return f"{name}@{host}"


def domain():
    name = random.choice(COMPANY_WORDS) + random.choice(COMPANY_WORDS)
    name = name if random.random() < 0.5 else name.lower()
    start = random.choice(("https://www.", "http://www.", "https://", "http://", "www.", ""))
    return f"{start}{name}.{random.choice(DOMAIN_ENDINGS)}{'/' if start and random.random() < 0.5 else ''}"


def address():
    number = random.randint(1, 999)
    draw = random.random()
    if draw < 0.55:
        street = f"{number} {random.choice(STREETS)} {random.choice(STREET_KINDS)}"
    else:
        street = f"{random.choice(FOREIGN_STREETS)} {number}"
    draw = random.random()
    if draw < 0.45:
        return street
    unit = random.choice(("Apt.", "Suite", "Flat", "Apt")) + f" {random.randint(1, 999)}"
    city = random.choice(CITIES)
    if draw < 0.55:
        return f"{street} {unit}"
    if draw < 0.75:
        return f"{street}, {city}"
    if draw < 0.85:
        return f"{street}, {city} {digits(5)}"
    if draw < 0.93:
        return f"{street}\n {unit}\n {city.upper()}\n {random.choice(COUNTRIES)} {digits(5)}"
    return f"{street} {unit}\n{city}\n, {random.choice(string.ascii_uppercase)}{random.choice(string.ascii_uppercase)} {digits(5)}"


def organization():
    draw = random.random()
    if draw < 0.25:
        return f"{random.choice(COMPANY_WORDS)} {random.choice(COMPANY_WORDS)} {random.choice(COMPANY_KINDS)}"
    if draw < 0.45:
        return f"{random.choice(COMPANY_WORDS)}{random.choice(COMPANY_WORDS).lower()}"
    if draw < 0.6:
        return f"{invented_word()} {random.choice(COMPANY_KINDS)}"
    if draw < 0.7:
        return invented_word()
    families = random.sample(FAMILY_NAMES[:90], 3)
    return random.choice(
        (f"{families[0]}, {families[1]} and {families[2]}", f"{families[0]}-{families[1]}", f"{families[0]} {random.choice(COMPANY_KINDS)}")
    )


def place():
    return random.choice(CITIES if random.random() < 0.55 else COUNTRIES)


def date():
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(1930, 2026)
    name = MONTHS[month - 1]
    return random.choice(
        (
            random.choice(WEEKDAYS),
            str(year),
            f"{month}/{day}/{year}",
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{year}-{month:02}-{day:02} {random.randint(0, 23):02}:{digits(1)}5:{digits(1)}7".replace(":9", ":4").replace(":8", ":3"),
            f"{name} {day}, {year}",
            f"{day} {name} {year}",
            f"{day} {name}",
            f"{name} {day}",
        )
    )


def ip_address():
    if random.random() < 0.2:
        return ":".join("".join(random.choices("0123456789abcdef", k=4)) for _ in range(8))
    return ".".join(str(random.randint(1, 254)) for _ in range(4))


VALUES = {
    "PERSON": person,
    "CREDIT_CARD": credit_card,
    "IBAN_CODE": iban,
    "PHONE_NUMBER": phone,
    "EMAIL_ADDRESS": email,
    "DOMAIN_NAME": domain,
    "STREET_ADDRESS": address,
    "ORGANIZATION": organization,
    "GPE": place,
    "DATE_TIME": date,
    "IP_ADDRESS": ip_address,
    "US_SSN": lambda: filled("###-##-####"),
    "US_DRIVER_LICENSE": lambda: random.choice((filled("#######"), random.choice(string.ascii_uppercase) + digits(random.choice((7, 12, 14))))),
    "ZIP_CODE": lambda: filled(random.choice(("#####", "#####", "####", "#####-####", "### ##"))),
    "AGE": lambda: str(random.randint(18, 95)),
    "NRP": lambda: random.choice(NATIONALITIES),
    "TITLE": lambda: random.choice(("Mr.", "Mrs.", "Ms.", "Dr.", "Miss", "Mr", "Mrs")) if random.random() < 0.7 else random.choice(JOB_TITLES),
}

SENTENCES = [
    line.replace(r"\n", "\n")
    for line in r"""
Hi, my name is {PERSON} and my card {CREDIT_CARD} was charged twice, call me on {PHONE_NUMBER}
Hello, this is {PERSON}. Please call me back on {PHONE_NUMBER}.
Hey, {PERSON} here, I lost my card {CREDIT_CARD} yesterday
My card number is {CREDIT_CARD} and it was declined at a shop in {GPE}
card {CREDIT_CARD} declined three times today, what is going on?
I was charged twice on {CREDIT_CARD} for a payment to {ORGANIZATION}.
There is a payment to {ORGANIZATION} on my statement that I do not recognise.
I sent money to {PERSON} on {DATE_TIME} and it has not arrived.
My transfer to {IBAN_CODE} is still pending since {DATE_TIME}.
Please send the money to {PERSON}, IBAN {IBAN_CODE}.
The IBAN of my landlord {PERSON} is {IBAN_CODE}, please add it.
Please update my email to {EMAIL_ADDRESS}, the old one {EMAIL_ADDRESS} is closed.
You can reach me at {EMAIL_ADDRESS} or {PHONE_NUMBER}.
My new phone number is {PHONE_NUMBER} and my email is {EMAIL_ADDRESS}.
I moved to {STREET_ADDRESS}. Please send the new card there.
My address has changed, I now live at {STREET_ADDRESS}.
Please ship the card to {STREET_ADDRESS}, attention {PERSON}.
I live in {GPE}, can I still get a card?
I am travelling to {GPE} on {DATE_TIME}, will my card work there?
I just came back from {GPE} and see a withdrawal in {GPE} I never made.
Is the app available in {GPE}? I am moving there from {GPE}.
I was born on {DATE_TIME} and my social security number is {US_SSN}.
SSN {US_SSN}, name {PERSON}, please verify my identity.
My driver's license {US_DRIVER_LICENSE} was rejected during verification.
I uploaded my driver license number {US_DRIVER_LICENSE} on {DATE_TIME}.
My date of birth is {DATE_TIME}, why can't I verify my account?
I am {AGE} years old, can I open an account?
My daughter is {AGE}, is she old enough for a card?
My mother {PERSON} is {AGE} and cannot use the app.
I see a login from {IP_ADDRESS} that was not me.
Blocked sign-in from {IP_ADDRESS} for user {EMAIL_ADDRESS}
login failed for {EMAIL_ADDRESS} from {IP_ADDRESS}
WARN session of {PERSON} expired, client={IP_ADDRESS}
INFO payment accepted card={CREDIT_CARD} merchant={ORGANIZATION}
Someone from {DOMAIN_NAME} asked for my PIN, is that you?
I bought something at {DOMAIN_NAME} and it never arrived
I clicked on {DOMAIN_NAME} and entered my card {CREDIT_CARD}. Please block it!
Thanks, {PERSON}
Best regards, {PERSON}, {ORGANIZATION}
Kind regards,\n{PERSON}\n{PHONE_NUMBER}
Regards,\n{PERSON}\n{TITLE}\n{ORGANIZATION}
Dear {TITLE} {PERSON}, your request was received.
I spoke with {PERSON} from your team on {DATE_TIME} and nothing happened.
Agent {PERSON} told me to wait until {DATE_TIME}.
My name is {PERSON}, I am writing about my account.
I'm {PERSON} and I need help with my top up
im {PERSON} and my card is not working
{PERSON} from {GPE} here. My refund is missing.
Could you ask {PERSON} to call me at {PHONE_NUMBER}?
My husband {PERSON} cannot see the joint account.
My wife {PERSON} sent me money from {GPE}.
I work at {ORGANIZATION} and my salary did not arrive on {DATE_TIME}.
My employer {ORGANIZATION} paid me on {DATE_TIME} but I cannot see it.
I work as a {TITLE} for {ORGANIZATION} in {GPE}.
{ORGANIZATION} refuses to refund me.
The refund from {ORGANIZATION} has not shown up.
The restaurant {ORGANIZATION} charged me twice.
I am a {NRP} citizen living in {GPE}.
I have a {NRP} passport, is it accepted?
Do you accept {NRP} driving licences?
My zip code is {ZIP_CODE}, your form says it is invalid.
ZIP {ZIP_CODE}, city {GPE}.
Name: {PERSON}, phone: {PHONE_NUMBER}, email: {EMAIL_ADDRESS}
Customer: {PERSON}\nCard: {CREDIT_CARD}\nIssue: blocked
name={PERSON} card={CREDIT_CARD} phone={PHONE_NUMBER}
Full name: {PERSON}. Address: {STREET_ADDRESS}.
account holder {PERSON}, born {DATE_TIME}
Please cancel the transfer to {PERSON}, I sent it by mistake.
I want to pay {PERSON} but the app says the beneficiary is not allowed.
The cheque from {PERSON} has not been credited.
Why did {ORGANIZATION} take money from my account on {DATE_TIME}?
On {DATE_TIME} an ATM in {GPE} swallowed my card.
The ATM at {STREET_ADDRESS} kept my card.
I withdrew cash at {STREET_ADDRESS} and got less than I asked for.
Card ending soon, number {CREDIT_CARD}, please send a new one to {STREET_ADDRESS}.
Please send a spare card for {PERSON} to {STREET_ADDRESS}
Can {PERSON} and {PERSON} share one account?
{PERSON} and I want to open a joint account in {GPE}.
My passport says {PERSON} but the app shows {PERSON}.
I got married, my name is now {PERSON} instead of {PERSON}.
The code was sent to {PHONE_NUMBER}, which is my old number.
Please stop texting {PHONE_NUMBER}, I am not a customer.
Text me at {PHONE_NUMBER} when the card ships.
I never got the code on {PHONE_NUMBER}.
Forward the statement to {EMAIL_ADDRESS} please
The email address {EMAIL_ADDRESS} is not mine.
Write to {EMAIL_ADDRESS} if you need documents.
Is {EMAIL_ADDRESS} really your address or is it a scam?
Who is {PERSON}? There is a transfer to them.
Hi {PERSON}, thanks for the quick answer!
Hi {PERSON}, it is {PERSON} again. Still no card.
Good morning {TITLE} {PERSON}, any news on my case?
{TITLE} {PERSON} asked me to send my IBAN: {IBAN_CODE}.
Ask for {TITLE} {PERSON}.
Exchange rate in {GPE} was wrong on {DATE_TIME}.
Taking my phone {PHONE_NUMBER} off the account please, it was stolen in {GPE}.
We met {PERSON} in {GPE} on {DATE_TIME}.
The head office of {ORGANIZATION} is in {GPE}.
{PERSON} works for {ORGANIZATION}.
{PERSON} moved from {GPE} to {GPE} in {DATE_TIME}.
I met {PERSON} at the {ORGANIZATION} office.
Meet me at {STREET_ADDRESS} on {DATE_TIME}.
The corner of {STREET_ADDRESS} is closed.
{PERSON} lives at {STREET_ADDRESS}
Our new office: {STREET_ADDRESS}
Visit us at {DOMAIN_NAME} or write to {EMAIL_ADDRESS}.
{PERSON} wrote the report together with {PERSON} and {PERSON}.
{ORGANIZATION} was founded by {PERSON} in {DATE_TIME}.
{ORGANIZATION} and {ORGANIZATION} announced a merger on {DATE_TIME}.
The {NRP} team won in {GPE}.
The patient, {PERSON}, is {AGE} years old.
{PERSON}, {AGE}, from {GPE}, called about a refund.
My age is {AGE} and I live in {GPE}.
ssn {US_SSN}, dob {DATE_TIME}
social security number {US_SSN}
dob {DATE_TIME}, name {PERSON}
someone logged in from {IP_ADDRESS} at night, please check
login from {IP_ADDRESS} was not me
Unknown device at {IP_ADDRESS} in my sessions
The clerk in your {GPE} branch was rude.
Your {GPE} office does not answer at {PHONE_NUMBER}.
My card got stuck in a machine in {GPE}
I bought shoes from {ORGANIZATION} and want my money back.
Is my purchase at {ORGANIZATION} covered? I paid with {CREDIT_CARD}.
The hotel in {GPE} charged my card {CREDIT_CARD} two times
I am stuck at the airport in {GPE} without my card
card {CREDIT_CARD}, expires soon, name on card {PERSON}
from: {EMAIL_ADDRESS} to: {EMAIL_ADDRESS} subject: my refund
Is {PERSON} still my contact? Her number {PHONE_NUMBER} is dead.
I sent {NUMBER} to {PERSON} and only {NUMBER} arrived
Pay {NUMBER} to {PERSON}, IBAN {IBAN_CODE}.
Send {NUMBER} to {PERSON}, the usual account.
The payment of {NUMBER} to {ORGANIZATION} appears three times.
Payment of {NUMBER} to {ORGANIZATION} on {DATE_TIME} was reversed
Transfer of {NUMBER} euros to {PERSON} failed, the money is gone though.
I withdrew {NUMBER} in {GPE} and the app shows {NUMBER}.
Someone took {NUMBER} from my account in {GPE}!
Agent {PERSON} closed case {NUMBER} without an answer
Customer {NUMBER}, {PERSON}, called about order {NUMBER}.
ERROR transfer of {NUMBER} to {IBAN_CODE} timed out after {NUMBER} ms
ERROR payment {NUMBER} rejected card={CREDIT_CARD} customer={PERSON}
The hotline {PHONE_NUMBER} is always busy
The fraud team rang me from {PHONE_NUMBER}, was that you?
{PERSON} still has access to my account, remove him please
{PERSON} wants {NUMBER} more cards for the team in {GPE}.
Is it cheaper to pay in {GPE} or at home?
I am leaving for {GPE} tomorrow, will everything work?
Greetings from {GPE}! Everything fine so far.
Delete my data, {PERSON}
thanks for nothing {PERSON}
{PERSON} turned {AGE}, so please switch her account
The gym {ORGANIZATION} keeps charging {NUMBER} a month
{ORGANIZATION} sent me an invoice over {NUMBER} dollars
My zip changed to {ZIP_CODE}
""".strip().splitlines()
]

PLAIN_SENTENCES = """
Why was I charged a fee for this transfer?
My card still has not arrived.
I can't top up, it keeps failing.
How long does a transfer usually take?
I was charged 25.90 twice today.
The app crashes when I open it 😡
Can I use Apple Pay with a virtual card?
I forgot my PIN, how can I change it?
The exchange rate looks wrong to me.
What are the limits for a disposable card?
Please close my account.
The ATM gave me 20 instead of 40 euros.
I need 3 cards for my family.
My refund of 120 dollars is missing.
Order 48213 was cancelled but I still paid.
Why is my payment still pending after 5 days?
Do you support Visa and Mastercard?
Error code 5012 appears when I log in.
thanks for the help!!
Is anybody there?
I would like to speak with a human, please.
My phone was stolen and I can't log in
Why do you need to verify my identity?
The contactless payment does not work in any shop.
I have been waiting for 2 weeks now.
Please help, this is urgent.
It says my passcode is wrong.
My balance was not updated after I deposited a cheque.
Yes, I did it again and it still fails.
The top up of 500 was reverted.
Ticket 20931 was closed without an answer.
What documents do I need?
Version 4.12.1 of the app does not start.
I paid 15% more than expected.
Good morning, I have a question about fees.
Where is my money?
Thank you, bye
INFO request finished in 312 ms status=200
ERROR timeout after 3000 ms, retry 2 of 5
Dear Sir or Madam, I want to complain.
My top up of {NUMBER} vanished.
I was charged {NUMBER} instead of {NUMBER}.
Case {NUMBER} is still open, why?
Fee of {NUMBER}% on a simple transfer?
Request {NUMBER} done in {NUMBER} ms
The app asks for a code of {NUMBER} digits
I pressed the wrong button and sent {NUMBER} twice
Pay {NUMBER} now or later, what is better?
{NUMBER} pounds are missing since yesterday
Suspicious activity, please check everything
Somebody copied my details and I feel terrible about it
Three failed attempts, device {NUMBER}, session closed
""".strip().splitlines()
