<?php
$conf['savedir'] = '/storage/data';
