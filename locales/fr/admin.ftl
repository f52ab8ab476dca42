### Ce que lit l’équipe du distributeur : demandes, alertes, réponses à ses commandes.
### Les mots que le bot comprend après une commande (none, default, settle…) viennent en argument.

## Boutons. Texte simple : pas de balises.

button-approve = ✅ Accepter
button-decline = ✖️ Refuser
button-undo = ↩️ Annuler
button-seen = 👁 Vu
button-thaw = 🔄 Réessayer
button-resume = ▶️ Reprendre la vente
button-shelve = 📦 Vendre ses cartes
# $order : le numéro d’une commande
button-look = 🔎 Commande { $order }
button-absent = ✖️ Non passée : rendre l’argent
# $cards : combien de cartes sont arrivées
button-settle = ✅ Fermer, cartes reçues : { $cards }
# $its_id : l’ID d’une commande chez le fournisseur
button-adopt = ✅ { $its_id }

## Quelqu’un demande l’accès. $contact : @nom et numéro Telegram, ou le numéro seul

admin-access-asked =
    🙋 <b>Demande d’accès</b>
    { $name }
    Telegram : { $contact }
# $decision : approved ou declined ; $admin : qui a décidé
admin-access-decided =
    { $decision ->
        [approved] ✅ Acceptée par { $admin }.
       *[other] ✖️ Refusée par { $admin }.
    }
toast-access =
    { $decision ->
        [approved] Acceptée.
       *[other] Refusée.
    }
toast-access-before =
    { $decision ->
        [approved] Déjà acceptée par { $admin }.
       *[other] Déjà refusée par { $admin }.
    }

## Alertes : ce qui s’est passé, et que faire.
## $shop : le nom de la boutique ; $what : produit, type et quantité

alert-provider-balance-low =
    ⚠️ <b>Le solde chez { $provider } est trop bas</b>
    Une commande qui coûte { $needed } n’a pas pu être passée, et la boutique n’a pas été débitée.
    Rechargez le compte chez { $provider } ; la vente continue d’elle-même.
alert-provider-balance-soon =
    🔋 <b>Le solde chez { $provider } ne tiendra pas une journée</b>
    Il reste { $left }. Les ventes des dernières 24 heures ont coûté { $day }.
    Rechargez le compte chez { $provider } avant que la vente ne s’arrête.
# $reason : dans les mots du fournisseur
alert-provider-frozen =
    ⛔ <b>{ $provider } est gelé</b>
    Il a rejeté notre clé, notre adresse ou notre compte : { $reason }
    Plus rien de chez lui ne peut être vendu, et ses commandes en cours attendent.
    Réglez la question avec le fournisseur, puis appuyez sur « Réessayer ». Une nouvelle clé se met dans { $settings }, puis redémarrez le bot.
alert-order-unknown =
    ❓ <b>Commande { $order } : introuvable chez le fournisseur pour l’instant</b>
    { $shop }, { $what }, { $total }
    La réponse s’est perdue : la commande a peut-être été passée, peut-être pas. L’argent de la boutique reste réservé, rien n’est envoyé une seconde fois, et la recherche continue d’elle-même.
    Si vous en savez plus que le bot : { $resolve }
alert-order-ambiguous =
    ❓ <b>Commande { $order } : plusieurs commandes du fournisseur correspondent</b>
    { $shop }, { $what }, { $total }
    La réponse s’est perdue, et le bot ne peut pas savoir laquelle est la nôtre. Appuyez sur la bonne ; détails : { $resolve }
# $reason : dans les mots du fournisseur
alert-money-trouble =
    💸 <b>Commande { $order } : le fournisseur signale un problème d’argent</b>
    { $shop }, { $what }, { $total }
    Le fournisseur dit : { $reason }
    La commande a peut-être été passée, peut-être pas, et son argent est peut-être chez le fournisseur. L’argent de la boutique reste réservé, rien n’est envoyé une seconde fois, et la commande est recherchée comme d’habitude. Demandez au support du fournisseur ce qu’elle est devenue.
# $its_id : l’ID de la commande chez le fournisseur ; $what : produit et type, dans ses ID
alert-foreign-order =
    👽 <b>Chez le fournisseur, une commande qui n’est pas la nôtre</b>
    { $its_id } : { $what }
    Quelqu’un d’autre utilise peut-être la clé du fournisseur, qui doit être réservée à ce bot.
    Si elle est à vous, ses cartes peuvent être vendues ici. Si c’est l’une de nos commandes inconnues, ajoutez le numéro de celle-ci : { $adopt }
alert-doubted-order =
    📦 <b>Des cartes en stock dans une ancienne copie</b>
    { $its_id } : { $what }
    Elles attendaient une vente quand la copie a été faite, et ont peut-être été vendues depuis.
    Demandez aux boutiques. Si personne ne les a, remettez-les en vente avec le bouton ; si une boutique les a, débitez-la avec /adjust.
alert-shelf-order =
    📦 <b>Des cartes sont arrivées pour une commande abandonnée</b>
    { $its_id }, cartes : { $cards }
    Elles sont payées. La prochaine vente des mêmes cartes les prend d’abord ; il n’y a rien à faire.
# $since : quand le fournisseur l’a prise ; $status : son mot ; $its_order : le numéro de la commande chez lui
alert-order-slow =
    🐢 <b>Commande { $order } : toujours pas terminée chez le fournisseur</b>
    { $shop }, { $what }, { $total }
    Le fournisseur l’a prise le { $since }. Son numéro chez lui : { $its_order } ; son état : { $status }
    L’argent de la boutique reste réservé, rien n’est rendu automatiquement, et le bot continue de vérifier. Prévenez la boutique, et demandez au support du fournisseur. Ne fermez la commande aux cartes reçues que s’il confirme que plus rien ne viendra, avec { $close }
# $status : le mot du fournisseur ; $ordered, $fulfilled, $cards : combien
alert-count-mismatch =
    ⚠️ <b>Commande { $order } : les chiffres du fournisseur ne concordent pas</b>
    { $shop }, { $what }
    État { $status } ; commandées : { $ordered } ; livrées selon lui : { $fulfilled } ; cartes reçues : { $cards }
    Ce qui est arrivé a été débité et livré ; le reste demeure réservé, et le bot continue de chercher. Demandez au fournisseur ; quand plus rien ne viendra, fermez la commande ici ou avec { $resolve }
alert-settled-changed =
    ⚠️ <b>La commande { $order } a changé chez le fournisseur après sa fermeture</b>
    { $shop }, { $what }
    État { $before } → { $now } ; facturé par le fournisseur : { $amount }
    Rien n’a été changé ici. Demandez pourquoi au fournisseur ; corrigez le solde de la boutique avec /adjust si nécessaire.
alert-delivery-parked =
    📭 <b>Commande { $order } : les cartes ne peuvent pas être remises</b>
    { $shop }, { $what }
    Telegram dit : { $reason }
    Les cartes attendent, et partent dès que la boutique écrit au bot. Appelez la boutique.
alert-cost-above-price =
    📉 <b>La commande { $order } a été vendue à perte</b>
    { $shop }, { $what }
    Débité à la boutique : { $charged } ; pris par le fournisseur : { $cost }
    Le prix avait été promis. Voyez la marge : /margin
alert-restored =
    🛟 <b>Mode restauration : la vente est arrêtée</b>
    La base de données est plus ancienne que ce que sait le fournisseur. Les commandes du temps perdu sont peut-être déjà livrées : aucune n’est rattachée d’elle-même.
    Commandes inconnues : { $orders }
    Décidez de chacune avec /resolve, et de chaque commande étrangère avec /adopt ; puis reprenez la vente.
alert-two-bots =
    👥 <b>Deux bots tournent avec le même jeton</b>
    Telegram dit qu’un autre programme lit les messages de ce bot. Aucune commande n’est passée avant une minute entière sans lui.
    Arrêtez l’autre. S’il n’y en a pas, changez le jeton avec @BotFather.
# $set : la commande qui fixe un taux ; $one : une unité de la devise du fournisseur, $rate : ce qu’elle vaut
alert-rate-missing =
    💱 <b>Il n’y a pas de taux pour { $currency }</b>
    Un fournisseur est payé en { $currency } : sans taux, ses cartes n’ont pas de prix et aucune n’est vendue.
    Envoyez ce que vaut 1 { $currency } pour vous, par exemple { $set }
alert-rate-stale =
    💱 <b>Le taux de { $currency } a plus d’une semaine</b>
    { $one } = { $rate }, depuis le { $at }.
    S’il est toujours bon, confirmez-le : { $set } — sinon envoyez celui du jour.
# $values : combien ; $rows : les premières ; $keys : les noms d’anciennes clés de cartes ; $setting : le réglage qui les contient ; $verify : une commande
alert-seal-broken =
    🔐 <b>Des données chiffrées ne se déchiffrent plus</b>
    Combien : { $values }. Les premières : { $rows }
    Elles ont été abîmées ou modifiées dans la base de données. Tout le reste est chiffré avec la clé de cartes la plus récente ; { $keys } doit rester dans { $setting }.
    Lancez { $verify } sur le serveur : chacune y est nommée. Lisez ensuite « Changing keys » dans le manuel.

# Une alerte sur laquelle personne n’a eu à agir.
admin-over = ✅ C’est réglé : il n’y a plus rien à faire.
# $admin : qui a agi ; $action : ce qui a été fait
admin-acted =
    { $action ->
        [seen] 👁 Vu par { $admin }.
        [thaw] ✅ Dégelé par { $admin }.
        [settle] ✅ Fermée par { $admin }.
        [absent] ✅ Fermée par { $admin } comme non passée.
        [adopt] ✅ Rattachée par { $admin }.
        [resume] ✅ Vente reprise par { $admin }.
        [rate] ✅ Taux fixé par { $admin }.
       *[other] ✅ Fait par { $admin }.
    }
toast-acted =
    { $action ->
        [seen] C’est noté.
        [settle] Fermée avec les cartes reçues.
        [absent] Fermée : la boutique a récupéré son argent.
        [adopt] Rattachée.
        [resume] La vente reprend.
       *[other] C’est fait.
    }
toast-acted-before = { $admin } l’a déjà fait.

## Argent

admin-topped-up =
    ✅ <b>{ $shop }</b> : recharge de { $amount }.
    Solde : { $balance }
admin-adjusted =
    ✅ <b>{ $shop }</b> : correction de { $amount }.
    Solde : { $balance }
admin-memo = Note : { $memo }
admin-moved-before =
    ☑️ <b>{ $shop }</b> : ce message avait déjà été exécuté ({ $amount }) ; rien n’a été refait.
    Solde : { $balance }
admin-undone =
    ↩️ <b>{ $shop }</b> : annulé par { $admin } ({ $amount }).
    Solde : { $balance }
toast-undone = Annulé.
toast-undone-before = C’était déjà annulé ; rien n’a été refait.
admin-two-readings =
    Cela peut se lire de plusieurs façons, rien n’a donc été fait :
    { $rows }
    Écrivez le montant sans espaces, ou désignez la boutique par le numéro Telegram d’un membre.
admin-reading = { $shop } — { $amount }
admin-percent-unreadable = Je ne peux pas lire ce pourcentage. Écrivez un nombre de 0 à 1000, comme 5 ou 7,5.

## Boutiques

admin-agents = <b>Boutiques</b> ({ $total })
admin-agents-none = Il n’y a pas encore de boutique. Quand quelqu’un envoie /start et demande l’accès, vous l’acceptez ici.
admin-agents-line = <b>{ $shop }</b> — { $balance }
admin-agents-line-suspended = ⛔ <b>{ $shop }</b> — { $balance }
# $held : ce que réservent les commandes en cours
admin-agent =
    <b>{ $shop }</b>
    Solde : { $balance }
    Réservé par les commandes en cours : { $held }
    Plafond de crédit : { $limit }
    Marge : { $margin }
    Commandes : { $orders }
    Aujourd’hui : { $today }
    Membres :
    { $members }
admin-agent-suspended = ⛔ Suspendue depuis le { $at }.
admin-no-limit = illimité
admin-margin-own = { $margin } (la sienne)
admin-margin-usual = { $margin } (la même que pour toutes)
admin-renamed = ✅ La boutique s’appelle maintenant <b>{ $shop }</b>.
admin-suspended = ⛔ <b>{ $shop }</b> est suspendue et ne peut plus acheter. Les cartes déjà commandées arrivent quand même. Pour la rétablir : /reinstate
admin-suspended-before = ⛔ <b>{ $shop }</b> était déjà suspendue.
admin-reinstated = ✅ <b>{ $shop }</b> peut de nouveau acheter.
admin-reinstated-before = ✅ <b>{ $shop }</b> n’était pas suspendue.
admin-margin-default = La marge est de { $margin } pour toute boutique qui n’a pas la sienne.
admin-margin-set = ✅ Désormais, la marge est de { $margin } pour toute boutique qui n’a pas la sienne.
admin-margin-shop = ✅ <b>{ $shop }</b> : la marge est de { $margin }.
admin-limit = ✅ <b>{ $shop }</b>. Plafond de crédit : { $limit }

## Taux. $one : une unité de la devise d’un fournisseur ; $rate : ce qu’elle vaut dans celle de la maison

admin-rate = <b>{ $one } = { $rate }</b> — fixé le { $at } (il y a { $age })
admin-rate-none = <b>{ $currency }</b> : pas encore de taux, ses cartes ne peuvent donc pas être vendues.
admin-rates-none = Tous les fournisseurs sont payés en { $currency }, votre propre devise : aucun taux n’est nécessaire.
admin-rate-set = ✅ Désormais { $one } = { $rate }.
admin-rate-before = Avant : { $rate }, fixé le { $at }.
# $margin : celle des boutiques qui n’ont pas la leur
admin-rate-example = Une carte qui coûte { $cost } se vend { $price } (marge de { $margin }).
# $again : la commande qui remet le taux d’avant
admin-rate-far = ⚠️ C’est loin du taux d’avant. Si c’est une erreur, renvoyez l’ancien tout de suite : { $again }
admin-rate-unreadable = Je ne peux pas lire ce taux. Écrivez une devise en trois lettres, puis un nombre au-dessus de zéro.

## Vente

admin-paused = ⏸ La vente est arrêtée. Les cartes déjà commandées arrivent quand même. Pour reprendre : /resume
admin-paused-before = ⏸ La vente était déjà arrêtée. Pour reprendre : /resume
admin-resumed = ▶️ La vente reprend.
admin-not-yet = ⏳ Pas encore : les commandes passées chez le fournisseur depuis la copie ne sont pas toutes lues. Réessayez dans une minute.
admin-resumed-before = ▶️ La vente n’était pas arrêtée. (Fournisseur gelé : voir /provider)
admin-sold = commandes : { $orders } ; cartes : { $cards } ; { $charged }
admin-sold-profit = commandes : { $orders } ; cartes : { $cards } ; { $charged } ; bénéfice : { $profit }
admin-sales =
    <b>Ventes</b>
    <b>Aujourd’hui</b> — { $today }
    <b>Hier</b> — { $yesterday }
    <b>7 jours</b> — { $week }
    <b>30 jours</b> — { $month }
admin-sales-shop = { $shop } — { $sold }

## Une commande

admin-order =
    <b>Commande { $order }</b> : { $state }
    <b>{ $shop }</b> (Telegram { $person_id })
    { $what }
    Prix : { $price } ; en tout : { $total }
    { $provider } : { $its_id } { $status }
    { $timeline }
admin-order-none-yet = pas encore d’ID
admin-order-reserved = { $at } — réservé : { $amount }
admin-order-sent = { $at } — envoyée au fournisseur
admin-order-accepted = { $at } — prise par le fournisseur
admin-order-charged = { $at } — débité : { $amount } (cartes : { $cards })
admin-order-charged-so-far = Débité jusqu’ici : { $amount } (cartes : { $cards })
admin-order-given-back = { $at } — rendu : { $amount }
admin-order-cost = Pris par le fournisseur : { $amount }
admin-cost-abroad = { $cost } ({ $converted })
admin-order-reason = Pourquoi : { $reason }
admin-order-provider-said = Le fournisseur a dit : { $message }
# $outcome : accepted, refused, not-sent ou unknown
admin-call =
    { $outcome ->
        [accepted] { $at } — appel { $attempt } : accepté { $code }
        [refused] { $at } — appel { $attempt } : refusé { $code }
        [not-sent] { $at } — appel { $attempt } : non envoyé { $code }
       *[unknown] { $at } — appel { $attempt } : réponse perdue { $code }
    }
admin-state =
    { $state ->
        [confirmed] ⏳ confirmée, pas encore envoyée
        [sending] 📤 en cours d’envoi
        [unknown] ❓ inconnue : en cours de vérification chez le fournisseur
        [handling] ⏳ en cours de traitement chez le fournisseur
        [fulfilled] ✅ terminée
        [partially_filled] ☑️ succès partiel
        [refunded] ↩️ remboursée
        [refused] ✖️ refusée
       *[withdrawn] ✖️ annulée avant l’envoi
    }
admin-reason =
    { $reason ->
        [cancelled] la boutique l’a annulée
        [price-rose] le prix a monté
        [out-of-stock] stock épuisé
        [not-available] n’est plus vendu
        [provider-balance] le solde chez le fournisseur était trop bas
        [paused] la vente était arrêtée
        [frozen] le fournisseur était gelé
        [too-late] elle n’a pas pu partir à temps
        [suspended] la boutique était suspendue
        [absent] le fournisseur ne l’a pas
       *[refused] le fournisseur l’a refusée
    }

## Décider

admin-resolve-unknown =
    La réponse à la commande { $order } s’est perdue.
    Vous êtes sûr que le fournisseur ne l’a pas ? La boutique récupère son argent : { $absent }
    Vous connaissez son ID chez le fournisseur ? Les cartes suivent : { $adopt }
admin-resolve-candidates = Chez le fournisseur, sans commande de chez nous :
admin-resolve-candidate = { $its_id }
admin-resolve-foreign = { $its_id } — { $at }, { $status }
admin-resolve-handling =
    Fermer la commande { $order } débite ce qui est arrivé et rend le reste. Demandez d’abord au fournisseur : ensuite, plus rien n’est cherché.
    { $settle }
admin-resolve-nothing = Il n’y a rien à décider sur la commande { $order }.
admin-resolved-settle = ✅ La commande { $order } est fermée, cartes reçues : { $cards }.
admin-resolved-absent = ✅ La commande { $order } est fermée comme non passée ; la boutique a récupéré son argent.
admin-resolved-adopt = ✅ La commande { $order } est { $its_id } chez le fournisseur ; ses cartes suivent.
admin-shelved = 📦 { $its_id } est à nous maintenant : la prochaine vente des mêmes cartes la prend d’abord.

## Le fournisseur et le bot

admin-provider =
    <b>{ $provider }</b> ({ $environment })
    Solde : { $balance }
    Dans nos livres : { $books }
    Engagé dans les commandes en cours : { $in_flight }
    Appels restants cette minute : { $left }
    Catalogue lu : { $read_at }
admin-provider-first = 🥇 Vend en premier ce que plusieurs proposent.
# $first : la commande qui le met en premier
admin-provider-not-first = Pour qu’il vende en premier ce que plusieurs proposent : { $first }
admin-provider-put-first = 🥇 Ce que plusieurs proposent est désormais vendu d’abord chez { $provider }, tant qu’il en a. Les commandes en cours restent où elles sont.
admin-provider-frozen =
    ⛔ Gelé depuis le { $at } : { $reason }
    Pour réessayer : { $thaw }
admin-provider-turned-away = un appel a été rejeté
admin-provider-halted = ⏳ Il nous a demandé d’attendre jusqu’au { $at }.
admin-unreadable = n’a pas pu être lu
admin-never = jamais
admin-refreshed = ✅ Le catalogue a été relu.
admin-not-refreshed = Le catalogue n’a pas pu être lu : le fournisseur ne répond pas comme il faut. Ce qui avait été lu reste.
admin-thawed = ✅ { $provider } répond de nouveau ; la vente reprend.
admin-not-thawed = ⛔ { $provider } ne nous laisse toujours pas entrer, ou ne répond pas. Réglez d’abord la clé, l’adresse ou le compte avec le fournisseur.
admin-no-such-provider = Aucun fournisseur ne porte ce nom.
admin-health =
    <b>État du bot</b>
    { $selling }
    Commandes en cours : { $open }
    Livraisons qui attendent qu’une boutique écrive : { $parked }
    Alertes sans réponse : { $alerts }
    Événements dans le journal : { $journal }
    Démarrages jusqu’ici : { $epoch }
admin-selling = ▶️ La vente est ouverte.
admin-selling-paused = ⏸ Vente arrêtée depuis le { $at }. Pour reprendre : /resume
admin-selling-restored = 🛟 Mode restauration depuis le { $at }. Pour reprendre : /resume
admin-selling-rival = 👥 Un autre programme utilise le jeton de ce bot.
admin-none = aucune
admin-open-line = { $count } — { $state }
admin-unknown-orders = Commandes inconnues : { $orders }. La plus ancienne est du { $at }. Regardez chacune avec /resolve.

## Le fichier du vérificateur

admin-export-caption = Les livres, le journal et les commandes, pour le vérificateur : aucun code de carte, aucune clé. À contrôler avec { $verify }.
admin-export-large = Le fichier est trop grand pour Telegram. À créer sur le serveur : { $command }
admin-export-failed = Le fichier n’a pas pu être créé ou envoyé. Le journal technique dit pourquoi.

## Mode d’emploi : une commande sans ce qu’il lui faut

usage-topup =
    Recharger le solde d’une boutique : /topup BOUTIQUE MONTANT [note]
    BOUTIQUE est une partie de son nom ou le numéro Telegram d’un membre.
    Exemple : { $example }
usage-adjust =
    Corriger le solde d’une boutique, sans espèces : /adjust BOUTIQUE ±MONTANT [motif]
    Exemple : { $example }
usage-agent =
    Voir une boutique : /agent BOUTIQUE
    La renommer : { $rename }
    Exemple : { $example }
usage-suspend =
    Suspendre une boutique tout de suite : /suspend BOUTIQUE
    Exemple : { $example }
usage-reinstate =
    Rétablir une boutique suspendue : /reinstate BOUTIQUE
    Exemple : { $example }
usage-margin =
    Pour toutes les boutiques : { $all }
    Pour une boutique : { $one }
    De nouveau la même que pour toutes : { $usual }
usage-rate =
    Fixer ce que vaut une unité de la devise d’un fournisseur dans la vôtre : /rate DEVISE TAUX
    Exemple : { $example }
usage-limit =
    Fixer jusqu’où une boutique achète à crédit : /limit BOUTIQUE MONTANT
    Exemple : { $example }
    Illimité : { $unlimited }
usage-order =
    Voir une commande : /order NUMÉRO
    Exemple : { $example }
usage-resolve =
    Décider d’une commande bloquée : /resolve NUMÉRO
    Montre ce qu’on en sait et ce qu’on peut faire.
    Exemple : { $example }
usage-adopt =
    Rattacher une commande trouvée chez le fournisseur.
    Pour vendre ses cartes : { $shelf }
    Pour la rattacher à une de nos commandes inconnues : { $order_example }
usage-provider =
    Relire le catalogue : { $refresh }
    Réessayer un fournisseur gelé : { $thaw }
    Choisir qui vend en premier ce que plusieurs proposent : { $first }
